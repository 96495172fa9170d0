import { Age } from "./age.tsx";

/** What a quote or a plan is worth now: orderable, indicative, or of prices that nobody confirmed lately. */
export const Standing = ({
  executable,
  stale,
  oldestAt,
}: {
  executable: boolean;
  stale: boolean;
  /** When its oldest price was seen. */
  oldestAt: number | null;
}) => {
  if (!stale) return <>{executable ? "executable now" : "indicative"}</>;
  return (
    <span class="standing-stale">
      stale, not to be relied on; oldest price <Age at={oldestAt} ago />
    </span>
  );
};
