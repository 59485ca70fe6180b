/** The version of PostgREST whose interface this is. */
export const interfaceVersion = "16.2";
