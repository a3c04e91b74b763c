// Imported by the server that the screenshots are taken of: its clock is ahead or behind by so many milliseconds.
const shiftMs = Number(process.env.SCREENSHOT_SHIFT_MS)
const MachineDate = Date

globalThis.Date = /** @type {any} */ (
  class extends MachineDate {
    constructor(/** @type {any[]} */ ...given) {
      if (given.length === 0) super(MachineDate.now() + shiftMs)
      else super(.../** @type {[number]} */ (given))
    }
    static now() {
      return MachineDate.now() + shiftMs
    }
  }
)
