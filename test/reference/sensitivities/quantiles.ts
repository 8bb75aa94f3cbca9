/** Φ⁻¹ where the methods need it, to the last digit of f64; the twin's own distribution holds it (simm.test.ts). */

/** Φ⁻¹(0.99). */
export const Z_99 = 2.3263478740408408;
/** Φ⁻¹(0.995). */
export const Z_995 = 2.5758293035489004;
