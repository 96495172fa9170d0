import { createContext } from "preact";

/** Whether what asks is near the screen; what is not does not ask again by the clock. */
export const InView = createContext(true);
