import type { GpuFacts } from "../api-types.ts";
import { count } from "../lib/format.ts";
import { go } from "../lib/use-place.ts";
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

/** The name of the GPU, a choice of others, and what it is. */
export const GpuHead = ({ id, gpus }: { id: string; gpus: readonly GpuFacts[] }) => {
  const gpu = gpus.find((each) => each.id === id);
  return (
    <div class="gpu-head">
      <h1>{gpu?.name ?? id}</h1>
      <select
        aria-label="GPU"
        data-search
        value={id}
        onChange={(event) => go(gpuPlace(event.currentTarget.value))}
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
