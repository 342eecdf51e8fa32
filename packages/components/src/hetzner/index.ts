export { HetznerHost, type HetznerHostArgs } from "./host.js";
export { HetznerSite, type HetznerSiteArgs } from "./site.js";
