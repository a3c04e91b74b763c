;; The loops over all labelled prompts, with 128-bit SIMD. kernel.ts describes the functions.
;;
;; `node scripts/wasm-kernels.mjs` assembles this file into kernel-bytes.ts.
;;
;; Addresses are in bytes. Every vector starts at a multiple of 64 bytes and is padded with zeros to a multiple of 32
;; elements (`laneBlock` in kernel.ts), so that a loop needs no rest. Every loop runs at least once.

(module
  ;; 65,536 pages of 64 KiB are 4 GiB, as much as 32-bit addresses reach.
  (import "env" "memory" (memory 0 65536 shared))

  (func (export "similaritiesF32")
    (param $rows i32) (param $query i32) (param $out i32) (param $count i32) (param $dimensions i32)
    (local $outEnd i32) (local $at i32) (local $queryEnd i32)
    (local $sum0 v128) (local $sum1 v128) (local $sum2 v128) (local $sum3 v128)
    (local.set $outEnd (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $queryEnd (i32.add (local.get $query) (i32.shl (local.get $dimensions) (i32.const 2))))
    (loop $eachRow
      (local.set $at (local.get $query))
      (local.set $sum0 (f32x4.splat (f32.const 0)))
      (local.set $sum1 (f32x4.splat (f32.const 0)))
      (local.set $sum2 (f32x4.splat (f32.const 0)))
      (local.set $sum3 (f32x4.splat (f32.const 0)))
      (loop $eachBlock
        (local.set $sum0
          (f32x4.add (local.get $sum0)
            (f32x4.mul (v128.load offset=0 (local.get $rows)) (v128.load offset=0 (local.get $at)))))
        (local.set $sum1
          (f32x4.add (local.get $sum1)
            (f32x4.mul (v128.load offset=16 (local.get $rows)) (v128.load offset=16 (local.get $at)))))
        (local.set $sum2
          (f32x4.add (local.get $sum2)
            (f32x4.mul (v128.load offset=32 (local.get $rows)) (v128.load offset=32 (local.get $at)))))
        (local.set $sum3
          (f32x4.add (local.get $sum3)
            (f32x4.mul (v128.load offset=48 (local.get $rows)) (v128.load offset=48 (local.get $at)))))
        (local.set $rows (i32.add (local.get $rows) (i32.const 64)))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br_if $eachBlock (i32.lt_u (local.get $at) (local.get $queryEnd))))
      (local.get $out)
      (local.set $sum0
        (f32x4.add
          (f32x4.add (local.get $sum0) (local.get $sum1))
          (f32x4.add (local.get $sum2) (local.get $sum3))))
      (f32.add
        (f32.add (f32x4.extract_lane 0 (local.get $sum0)) (f32x4.extract_lane 1 (local.get $sum0)))
        (f32.add (f32x4.extract_lane 2 (local.get $sum0)) (f32x4.extract_lane 3 (local.get $sum0))))
      (f32.store)
      (local.set $out (i32.add (local.get $out) (i32.const 4)))
      (br_if $eachRow (i32.lt_u (local.get $out) (local.get $outEnd)))))

  ;; Eight products an instruction, added up as floats because 32-bit integers could overflow. The rows take half of the
  ;; memory traffic of floats, which limits the speed.
  (func (export "similaritiesI16")
    (param $rows i32) (param $scales i32) (param $query i32) (param $out i32) (param $count i32) (param $dimensions i32)
    (param $queryScale f32)
    (local $outEnd i32) (local $at i32) (local $queryEnd i32)
    (local $sum0 v128) (local $sum1 v128) (local $sum2 v128) (local $sum3 v128)
    (local.set $outEnd (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $queryEnd (i32.add (local.get $query) (i32.shl (local.get $dimensions) (i32.const 1))))
    (loop $eachRow
      (local.set $at (local.get $query))
      (local.set $sum0 (f32x4.splat (f32.const 0)))
      (local.set $sum1 (f32x4.splat (f32.const 0)))
      (local.set $sum2 (f32x4.splat (f32.const 0)))
      (local.set $sum3 (f32x4.splat (f32.const 0)))
      (loop $eachBlock
        (local.set $sum0
          (f32x4.add (local.get $sum0)
            (f32x4.convert_i32x4_s
              (i32x4.dot_i16x8_s (v128.load offset=0 (local.get $rows)) (v128.load offset=0 (local.get $at))))))
        (local.set $sum1
          (f32x4.add (local.get $sum1)
            (f32x4.convert_i32x4_s
              (i32x4.dot_i16x8_s (v128.load offset=16 (local.get $rows)) (v128.load offset=16 (local.get $at))))))
        (local.set $sum2
          (f32x4.add (local.get $sum2)
            (f32x4.convert_i32x4_s
              (i32x4.dot_i16x8_s (v128.load offset=32 (local.get $rows)) (v128.load offset=32 (local.get $at))))))
        (local.set $sum3
          (f32x4.add (local.get $sum3)
            (f32x4.convert_i32x4_s
              (i32x4.dot_i16x8_s (v128.load offset=48 (local.get $rows)) (v128.load offset=48 (local.get $at))))))
        (local.set $rows (i32.add (local.get $rows) (i32.const 64)))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br_if $eachBlock (i32.lt_u (local.get $at) (local.get $queryEnd))))
      (local.get $out)
      (local.set $sum0
        (f32x4.add
          (f32x4.add (local.get $sum0) (local.get $sum1))
          (f32x4.add (local.get $sum2) (local.get $sum3))))
      (f32.add
        (f32.add (f32x4.extract_lane 0 (local.get $sum0)) (f32x4.extract_lane 1 (local.get $sum0)))
        (f32.add (f32x4.extract_lane 2 (local.get $sum0)) (f32x4.extract_lane 3 (local.get $sum0))))
      (f32.mul (f32.load (local.get $scales)))
      (f32.mul (local.get $queryScale))
      (f32.store)
      (local.set $scales (i32.add (local.get $scales) (i32.const 4)))
      (local.set $out (i32.add (local.get $out) (i32.const 4)))
      (br_if $eachRow (i32.lt_u (local.get $out) (local.get $outEnd)))))

  ;; Signed bytes, widened to 16 bits when they are loaded. The query has 13 bits, so that 32-bit sums cannot overflow.
  (func (export "similaritiesI8")
    (param $rows i32) (param $scales i32) (param $query i32) (param $out i32) (param $count i32) (param $dimensions i32)
    (param $queryScale f32)
    (local $outEnd i32) (local $at i32) (local $queryEnd i32)
    (local $sum0 v128) (local $sum1 v128) (local $sum2 v128) (local $sum3 v128)
    (local.set $outEnd (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $queryEnd (i32.add (local.get $query) (i32.shl (local.get $dimensions) (i32.const 1))))
    (loop $eachRow
      (local.set $at (local.get $query))
      (local.set $sum0 (f32x4.splat (f32.const 0)))
      (local.set $sum1 (f32x4.splat (f32.const 0)))
      (local.set $sum2 (f32x4.splat (f32.const 0)))
      (local.set $sum3 (f32x4.splat (f32.const 0)))
      (loop $eachBlock
        (local.set $sum0
          (i32x4.add (local.get $sum0)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=0 (local.get $rows)) (v128.load offset=0 (local.get $at)))))
        (local.set $sum1
          (i32x4.add (local.get $sum1)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $rows)) (v128.load offset=16 (local.get $at)))))
        (local.set $sum2
          (i32x4.add (local.get $sum2)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=16 (local.get $rows)) (v128.load offset=32 (local.get $at)))))
        (local.set $sum3
          (i32x4.add (local.get $sum3)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=24 (local.get $rows)) (v128.load offset=48 (local.get $at)))))
        (local.set $rows (i32.add (local.get $rows) (i32.const 32)))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br_if $eachBlock (i32.lt_u (local.get $at) (local.get $queryEnd))))
      (local.get $out)
      ;; As floats before the lanes are added up: each lane may be as large as a 32-bit integer can be.
      (local.set $sum0
        (f32x4.convert_i32x4_s
          (i32x4.add
            (i32x4.add (i32x4.add (local.get $sum0) (local.get $sum1)) (local.get $sum2))
            (local.get $sum3))))
      (f32.add
        (f32.add
          (f32.add (f32x4.extract_lane 0 (local.get $sum0)) (f32x4.extract_lane 1 (local.get $sum0)))
          (f32x4.extract_lane 2 (local.get $sum0)))
        (f32x4.extract_lane 3 (local.get $sum0)))
      (f32.mul (f32.load (local.get $scales)))
      (f32.mul (local.get $queryScale))
      (f32.store)
      (local.set $scales (i32.add (local.get $scales) (i32.const 4)))
      (local.set $out (i32.add (local.get $out) (i32.const 4)))
      (br_if $eachRow (i32.lt_u (local.get $out) (local.get $outEnd)))))

  (func (export "greatest")
    (param $values i32) (param $out i32) (param $count i32)
    (local $end i32) (local $best v128)
    (local.set $end (i32.add (local.get $values) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $best (v128.load (local.get $values)))
    (loop $eachFour
      (local.set $best (f32x4.max (local.get $best) (v128.load (local.get $values))))
      (local.set $values (i32.add (local.get $values) (i32.const 16)))
      (br_if $eachFour (i32.lt_u (local.get $values) (local.get $end))))
    (f32.store (local.get $out)
      (f32x4.extract_lane 0
        (f32x4.max
          (f32x4.max
            (f32x4.splat (f32x4.extract_lane 0 (local.get $best)))
            (f32x4.splat (f32x4.extract_lane 1 (local.get $best))))
          (f32x4.max
            (f32x4.splat (f32x4.extract_lane 2 (local.get $best)))
            (f32x4.splat (f32x4.extract_lane 3 (local.get $best))))))))

  (func (export "weights")
    (param $values i32) (param $greatest i32) (param $out i32) (param $count i32) (param $log2Gamma f32)
    (local $end i32) (local $slope f32) (local $exponent v128) (local $whole v128)
    (local.set $end (i32.add (local.get $values) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $slope
      (f32.div (local.get $log2Gamma)
        (select
          (f32.load (local.get $greatest))
          (f32.const 1)
          (f32.gt (f32.load (local.get $greatest)) (f32.const 1e-6)))))
    (loop $eachFour
      (local.set $exponent
        (f32x4.add
          (f32x4.mul (v128.load (local.get $values)) (f32x4.splat (local.get $slope)))
          (f32x4.splat (local.get $log2Gamma))))
      ;; A weight below 2⁻¹²⁶ has no effect, and the code below cannot put its bits together.
      (local.set $exponent
        (f32x4.min
          (f32x4.max (local.get $exponent) (f32x4.splat (f32.const -126)))
          (f32x4.splat (f32.const 126))))
      (local.set $whole (f32x4.nearest (local.get $exponent)))
      (local.set $exponent (f32x4.sub (local.get $exponent) (local.get $whole)))
      (v128.store (local.get $out)
        (f32x4.mul
          ;; 2ⁿ for whole n in [−126, 127]: n + 127 at the place of a float's exponent.
          (i32x4.shl
            (i32x4.add (i32x4.trunc_sat_f32x4_s (local.get $whole)) (i32x4.splat (i32.const 127)))
            (i32.const 23))
          ;; 2ˣ for x in [−½, ½] by its Taylor series to x⁶, with coefficients (ln 2)ᵏ / k!: the rest is below 1.3e-7.
          (f32x4.add
            (f32x4.mul
              (f32x4.add
                (f32x4.mul
                  (f32x4.add
                    (f32x4.mul
                      (f32x4.add
                        (f32x4.mul
                          (f32x4.add
                            (f32x4.mul
                              (f32x4.add
                                (f32x4.mul
                                  (f32x4.splat (f32.const 0.00015403530393381606))
                                  (local.get $exponent))
                                (f32x4.splat (f32.const 0.0013333558146428441)))
                              (local.get $exponent))
                            (f32x4.splat (f32.const 0.009618129107628477)))
                          (local.get $exponent))
                        (f32x4.splat (f32.const 0.055504108664821576)))
                      (local.get $exponent))
                    (f32x4.splat (f32.const 0.2402265069591007)))
                  (local.get $exponent))
                (f32x4.splat (f32.const 0.6931471805599453)))
              (local.get $exponent))
            (f32x4.splat (f32.const 1)))))
      (local.set $values (i32.add (local.get $values) (i32.const 16)))
      (local.set $out (i32.add (local.get $out) (i32.const 16)))
      (br_if $eachFour (i32.lt_u (local.get $values) (local.get $end)))))

  ;; The only function whose count may be 0.
  (func (export "tally")
    (param $weights i32) (param $rowOf i32) (param $factors i32) (param $cells i32) (param $sums i32) (param $count i32)
    (local $end i32) (local $cell i32)
    (local.set $end (i32.add (local.get $rowOf) (i32.shl (local.get $count) (i32.const 2))))
    (if (i32.lt_u (local.get $rowOf) (local.get $end))
      (then
        (loop $each
          (local.set $cell (i32.add (local.get $sums) (i32.load (local.get $cells))))
          (f64.store (local.get $cell)
            (f64.add
              (f64.load (local.get $cell))
              (f64.mul
                (f64.promote_f32
                  (f32.load
                    (i32.add (local.get $weights) (i32.shl (i32.load (local.get $rowOf)) (i32.const 2)))))
                (f64.promote_f32 (f32.load (local.get $factors))))))
          (local.set $rowOf (i32.add (local.get $rowOf) (i32.const 4)))
          (local.set $factors (i32.add (local.get $factors) (i32.const 4)))
          (local.set $cells (i32.add (local.get $cells) (i32.const 4)))
          (br_if $each (i32.lt_u (local.get $rowOf) (local.get $end)))))))
)
