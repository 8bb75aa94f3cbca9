/** Memory for the host: blocks to write documents into. */
export { allocate, memoryInUse, release } from "../memory/arena";
