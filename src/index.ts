/** The package: the pure functions of models/ and desk/, with the words of the business they are written in. */

export * from "./desk/bill.ts";
export * from "./desk/constraints.ts";
export * from "./desk/cover.ts";
export * from "./desk/eligible.ts";
export * from "./desk/quote.ts";
export * from "./desk/route.ts";
export type { GpuMinimum, RouteDeps, RouteRequest } from "./desk/route-request.ts";
export * from "./domain/book.ts";
export type { Gpu, GpuTable } from "./domain/gpu.ts";
export type { Completeness, Includes, Offer, OfferFlag } from "./domain/offer.ts";
export type { AvailabilityKind, Purchase, Tier } from "./domain/purchase.ts";
export type { JurisdictionSet } from "./domain/region.ts";
export type { Clock, Instant } from "./domain/time.ts";
export { AppError, type ErrorCode, type ErrorDetails, type FieldError } from "./errors.ts";
export * from "./models/cell.ts";
export * from "./models/cell-offers.ts";
export * from "./models/gate.ts";
export * from "./models/headline-index.ts";
export * from "./models/machines.ts";
export * from "./models/one-voice.ts";
export * from "./models/provider-cap.ts";
export * from "./models/supply-stack.ts";
export * from "./models/weighted-median.ts";
