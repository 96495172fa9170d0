/** Where the SkyPilot catalog is kept. */
export const skypilotCatalog = "https://github.com/skypilot-org/skypilot-catalog";
