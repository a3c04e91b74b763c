;; The inner loop of the piece vectors, with 128-bit SIMD in double precision: the same additions in the same order as
;; plain.ts, so that both give the same bits.
;;
;; `node scripts/wasm-kernels.mjs` assembles this file into kernel-bytes.ts. Addresses are in bytes.

(module
  (import "env" "memory" (memory 0))

  ;; Adds weights[row] · entry of each row's code to out, two groups of four columns at a time.
  ;;
  ;; weights: f64 up to weightsEnd, at least one; codes: u8 [rows, groups]; codebooks: f32 [groups, 256, 4];
  ;; out: f64 [groups, 4]; groups: an even number.
  (func (export "addRows")
    (param $weights i32) (param $weightsEnd i32) (param $codes i32) (param $codebooks i32) (param $out i32)
    (param $groups i32)
    (local $outEnd i32) (local $at i32) (local $code i32) (local $one i32) (local $two i32) (local $weight v128)
    (local $sum0 v128) (local $sum1 v128) (local $sum2 v128) (local $sum3 v128)
    (local.set $outEnd (i32.add (local.get $out) (i32.shl (local.get $groups) (i32.const 5))))
    (loop $eachTwoGroups
      (local.set $sum0 (v128.load offset=0 (local.get $out)))
      (local.set $sum1 (v128.load offset=16 (local.get $out)))
      (local.set $sum2 (v128.load offset=32 (local.get $out)))
      (local.set $sum3 (v128.load offset=48 (local.get $out)))
      (local.set $at (local.get $weights))
      (local.set $code (local.get $codes))
      (loop $eachRow
        (local.set $weight (v128.load64_splat (local.get $at)))
        (local.set $one
          (i32.add (local.get $codebooks) (i32.shl (i32.load8_u offset=0 (local.get $code)) (i32.const 4))))
        (local.set $two
          (i32.add (local.get $codebooks) (i32.shl (i32.load8_u offset=1 (local.get $code)) (i32.const 4))))
        (local.set $sum0
          (f64x2.add (local.get $sum0)
            (f64x2.mul (local.get $weight)
              (f64x2.promote_low_f32x4 (v128.load64_zero offset=0 (local.get $one))))))
        (local.set $sum1
          (f64x2.add (local.get $sum1)
            (f64x2.mul (local.get $weight)
              (f64x2.promote_low_f32x4 (v128.load64_zero offset=8 (local.get $one))))))
        ;; The codebook of the second group is 256 · 4 · 4 bytes further.
        (local.set $sum2
          (f64x2.add (local.get $sum2)
            (f64x2.mul (local.get $weight)
              (f64x2.promote_low_f32x4 (v128.load64_zero offset=4096 (local.get $two))))))
        (local.set $sum3
          (f64x2.add (local.get $sum3)
            (f64x2.mul (local.get $weight)
              (f64x2.promote_low_f32x4 (v128.load64_zero offset=4104 (local.get $two))))))
        (local.set $code (i32.add (local.get $code) (local.get $groups)))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $eachRow (i32.lt_u (local.get $at) (local.get $weightsEnd))))
      (v128.store offset=0 (local.get $out) (local.get $sum0))
      (v128.store offset=16 (local.get $out) (local.get $sum1))
      (v128.store offset=32 (local.get $out) (local.get $sum2))
      (v128.store offset=48 (local.get $out) (local.get $sum3))
      (local.set $codes (i32.add (local.get $codes) (i32.const 2)))
      (local.set $codebooks (i32.add (local.get $codebooks) (i32.const 8192)))
      (local.set $out (i32.add (local.get $out) (i32.const 64)))
      (br_if $eachTwoGroups (i32.lt_u (local.get $out) (local.get $outEnd))))))
