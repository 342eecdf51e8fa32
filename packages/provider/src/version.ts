/** The plugin's version: the one of package.json, as a unit test makes sure. */
export const version = "0.1.0";
