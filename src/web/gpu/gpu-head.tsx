import type { GpuFacts } from "../api-types.ts";
import { count } from "../lib/format.ts";
import type { Params } from "../lib/location.ts";
import { go, usePlace } from "../lib/use-place.ts";
import { gpuPlace } from "../parts/link.tsx";

const facts = (gpu: GpuFacts): readonly (readonly [string, string])[] =>
  (
    [
      ["Memory", gpu.vram_gib && `${count(gpu.vram_gib)} GiB`],
      ["Bandwidth", gpu.memory_bandwidth_gbps && `${count(gpu.memory_bandwidth_gbps)} GB/s`],
      ["FP16 dense", gpu.fp16_tflops && `${count(gpu.fp16_tflops)} TFLOPS`],
      ["Power", gpu.tdp_w && `${count(gpu.tdp_w)} W`],
      ["Form", gpu.form_factor],
      ["Link", gpu.interconnect],
      ["Family of", gpu.members.length > 0 && gpu.members.join(", ")],
    ] as const
  ).flatMap(([name, text]) => (text ? [[name, String(text)] as const] : []));

/** What the address says of one GPU alone; the rest goes along to another. */
const ofOneGpu: ReadonlySet<string> = new Set([
  ...["gpu", "listing", "card", "offer", "market", "upfront"],
  ...["shock_supply", "shock_demand", "elasticity", "tokens"],
]);

const shared = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).filter(([name]) => !ofOneGpu.has(name)));

/** The name of the GPU, a choice of others, and what it is. */
export const GpuHead = ({ id, gpus }: { id: string; gpus: readonly GpuFacts[] }) => {
  const { params } = usePlace();
  const gpu = gpus.find((each) => each.id === id);
  return (
    <div class="gpu-head">
      <h1>{gpu?.name ?? id}</h1>
      <select
        aria-label="GPU"
        data-search
        value={id}
        onChange={(event) => go(gpuPlace(event.currentTarget.value, shared(params)))}
      >
        {gpus
          .filter((each) => each.listings > 0 || each.id === id)
          .map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
      </select>
      <p class="facts">
        {gpu &&
          facts(gpu).map(([name, text]) => (
            <span key={name}>
              {name} <b>{text}</b>
            </span>
          ))}
      </p>
    </div>
  );
};
