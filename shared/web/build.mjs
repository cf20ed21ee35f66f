// Copies what pages need from the packages into static/vendor, where the hashes of asset URLs are taken.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, "static", "vendor");
const packages = join(here, "node_modules");
const files = [
  "bootstrap/dist/css/bootstrap.min.css",
  "bootstrap/dist/css/bootstrap.rtl.min.css",
  "@fontsource/ibm-plex-sans-arabic/files/ibm-plex-sans-arabic-arabic-400-normal.woff2",
  "@fontsource/ibm-plex-sans/files/ibm-plex-sans-latin-400-normal.woff2",
  "@fontsource/ibm-plex-sans/files/ibm-plex-sans-greek-400-normal.woff2",
];

rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });
for (const file of files) cpSync(join(packages, file), join(vendor, file.split("/").at(-1)));
