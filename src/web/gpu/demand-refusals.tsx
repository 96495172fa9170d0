import type { Demand } from "../api-types.ts";
import { Notice } from "../parts/notice.tsx";
import { refusalsOf } from "./refusals.ts";

/** What the model does not print, above its picture. */
export const DemandRefusals = ({ data }: { data: Demand }) => {
  const lines = refusalsOf(data);
  if (lines.length === 0) return null;
  return (
    <div class="inside">
      <Notice tone="warn" title="Not everything is identified.">
        <ul class="sentences">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Notice>
    </div>
  );
};
