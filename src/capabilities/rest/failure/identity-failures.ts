import type { Refusal } from "../../../identity/index.ts";
import { RestFailure } from "./rest-failure.ts";

/** A refused token: PGRST300 to PGRST303. */
export function identityFailure(refusal: Refusal): RestFailure {
  const { message, details } = refusal;
  switch (refusal.reason) {
    case "noKeys":
      return new RestFailure(500, "PGRST300", message, { cause: refusal });
    case "tokenRequired":
      return new RestFailure(401, "PGRST302", message, { headers: [["WWW-Authenticate", "Bearer"]], cause: refusal });
    case "undecodable":
    case "claims": {
      const code = refusal.reason === "claims" ? "PGRST303" : "PGRST301";
      const challenge = `Bearer error="invalid_token", error_description=${JSON.stringify(message)}`;
      return new RestFailure(401, code, message, {
        details,
        headers: [["WWW-Authenticate", challenge]],
        cause: refusal,
      });
    }
  }
}
