/** The two files of a router artifact. */
export const manifestFile = 'router.json'
export const weightsFile = 'weights.safetensors'
