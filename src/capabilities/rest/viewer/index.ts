export { viewerResponse } from "./viewer.ts";
