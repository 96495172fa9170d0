import { awsGpus } from "../sources/aws-instances.ts";

const counted = /(?:^|[^a-z0-9])(\d{1,2})x(?:[^a-z0-9]|$)|-(\d{1,2})g$/i;

/** GPUs of an instance type by the tables of clouds, or by a count in its name (`8x`, `a2-highgpu-4g`); else null. */
export const gpusOfInstance = (instanceType: string | null): number | null => {
  if (instanceType === null) return null;
  const known = awsGpus(instanceType);
  if (known !== null) return known >= 1 ? known : null;
  const found = counted.exec(instanceType);
  const gpus = Number(found?.[1] ?? found?.[2] ?? 0);
  return gpus >= 1 ? gpus : null;
};
