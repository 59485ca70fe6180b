export { describeOpenApi } from "./document.ts";
