import { conformanceDatabase } from "../../../test/support/capability.ts";
import { capabilityConformance } from "../../capability/conformance.ts";
import { packages } from "./index.ts";

capabilityConformance(packages, { database: conformanceDatabase });
