import type { GpuFacts } from "../api-types.ts";
import { gpuPlace, Link } from "../parts/link.tsx";
import { Notice } from "../parts/notice.tsx";

/** No GPU has that name: those that look like it, and the way to all. */
export const UnknownGpu = ({
  id,
  near,
  gpus,
}: {
  id: string;
  near: readonly string[];
  gpus: readonly GpuFacts[];
}) => (
  <>
    <h1>Unknown GPU</h1>
    <Notice tone="warn" title={`There is no GPU “${id}”.`}>
      {near.length > 0 && (
        <>
          Did you mean{" "}
          {near.map((each, i) => (
            <span key={each}>
              {i > 0 && ", "}
              <Link to={gpuPlace(each)}>{gpus.find((gpu) => gpu.id === each)?.name ?? each}</Link>
            </span>
          ))}
          ?{" "}
        </>
      )}
      <Link to={{ room: "market", params: {} }}>Market lists every GPU on offer.</Link>
    </Notice>
  </>
);
