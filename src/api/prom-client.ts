// The build makes one file of it and all that it loads, as of typebox.ts.
export { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
