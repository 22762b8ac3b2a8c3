// One source, three instruction sets: compiles `kernels.inc` for each and picks one at the first call.
#include "vector_kernels.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

typedef float vector __attribute__((vector_size(64)));
typedef float unaligned_vector __attribute__((vector_size(64), aligned(4)));
typedef int32_t int_vector __attribute__((vector_size(64)));
typedef uint32_t uint_vector __attribute__((vector_size(64)));
typedef uint16_t half_vector __attribute__((vector_size(32)));
typedef _Float16 f16_vector __attribute__((vector_size(32)));

#define LOAD(address) (*(const unaligned_vector *)(address))
#define STORE(address, value) (*(unaligned_vector *)(address) = (value))
#define SPLAT(value) ((vector){} + (float)(value))
#define SPLAT_INT(value) ((int_vector){} + (int32_t)(value))

/// What becomes of a tile's sums: kept for the next inputs, stored as the result, or added to it.
enum { product_goes_on, product_stores, product_adds };

/// A tile of a product: some rows times some panels of weights, over some of the inputs.
///
/// Handed over by its address: a copy would be loaded in wider pieces than it was stored, and wait until all sums are written.
typedef struct {
  const float *x;
  ptrdiff_t x_stride;
  const void *weights;
  ptrdiff_t panel;
  ptrdiff_t count;
  /// Widened weights [panels, count, 16].
  float *kept;
  float *sums;
  ptrdiff_t sums_stride;
  float *out;
  ptrdiff_t out_stride;
  /// Weights that are fetched meanwhile: of each panel the bytes that belong to the same inputs.
  const char *ahead;
  ptrdiff_t ahead_panel;
  ptrdiff_t ahead_step;
  int ahead_panels;
  /// Whether there are sums already.
  int continues;
  int end;
} product_tile;

struct kernels {
  void (*rms_norm)(const float *, ptrdiff_t, const float *, float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, float);
  void (*layer_norm)(const float *, ptrdiff_t, const float *, const float *, float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, float);
  void (*rotate)(float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, const float *, const float *, const int32_t *);
  void (*activate)(const float *, ptrdiff_t, float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, int, int);
  void (*soft_cap)(float *, ptrdiff_t, float);
  void (*add_scaled)(const float *, float, float *, ptrdiff_t);
  void (*round_bf16)(const float *, float *, ptrdiff_t);
  void (*narrow_bf16)(const float *, uint16_t *, ptrdiff_t);
  void (*widen_bf16)(const uint16_t *, float *, ptrdiff_t);
  void (*narrow_f16)(const float *, uint16_t *, ptrdiff_t);
  void (*widen_f16)(const uint16_t *, float *, ptrdiff_t);
  void (*store_keys)(const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, void *, int, ptrdiff_t);
  void (*attend)(const float *, ptrdiff_t, float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t,
                 flipgate_attention_rule,
                 const flipgate_key_value_run *, ptrdiff_t, float *);
  void (*log_sum_exp_add)(flipgate_log_sum_exp *, const float *, ptrdiff_t, int32_t);
  void (*pack)(const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, float *);
  void (*multiply)(const float *, ptrdiff_t, ptrdiff_t, const void *, int, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, float *, ptrdiff_t, int,
                   float *);
  void (*strided_product)(const float *, ptrdiff_t, ptrdiff_t, const float *, ptrdiff_t, ptrdiff_t, float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, int);
  void (*transpose_matrix)(const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, float *, ptrdiff_t);
  void (*rms_norm_backward)(const float *, ptrdiff_t, const float *, const float *, ptrdiff_t, float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, float, int);
  void (*layer_norm_backward)(const float *, ptrdiff_t, const float *, const float *, ptrdiff_t, float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, float,
                              int);
  void (*rotate_back)(float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, const float *, const float *, const int32_t *);
  void (*activate_backward)(const float *, ptrdiff_t, const float *, ptrdiff_t, float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, int, int);
  void (*attend_backward)(const float *, ptrdiff_t, const float *, ptrdiff_t, float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t,
                          ptrdiff_t, flipgate_attention_rule, float *);
  void (*drop)(const float *, ptrdiff_t, float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, uint64_t, uint32_t, float, int);
  double (*tempered_sum)(const float *, ptrdiff_t, float, float);
  double (*divergence)(float *, const float *, ptrdiff_t, const flipgate_divergence_rule *);
};

#define PRODUCT_PANELS 1
#define KERNEL(name) baseline_##name
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#include "kernels.inc"
#undef KERNEL
#undef MULTIPLY_ADD

#if defined(__x86_64__)
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define KERNEL(name) avx2_##name
#include "kernels.inc"
#undef KERNEL
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c"))), apply_to = function)
#undef PRODUCT_PANELS
#define PRODUCT_PANELS 4
#define KERNEL(name) avx512_##name
#include "kernels.inc"
#undef KERNEL
#undef PRODUCT_PANELS
#pragma clang attribute pop

#undef MULTIPLY_ADD
#include <cpuid.h>
#endif

static const struct kernels *best_kernels(const char **name) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq")) {
    *name = "avx512";
    return &avx512_table;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    *name = "avx2";
    return &avx2_table;
  }
#endif
  *name = "baseline";
  return &baseline_table;
}

static const struct kernels *kernels(void) {
  static const struct kernels *chosen;
  const struct kernels *table = __atomic_load_n(&chosen, __ATOMIC_ACQUIRE);
  if (!table) {
    const char *name;
    table = best_kernels(&name);
    __atomic_store_n(&chosen, table, __ATOMIC_RELEASE);
  }
  return table;
}

const char *flipgate_kernel_set(void) {
  const char *name;
  best_kernels(&name);
  return name;
}

// CPUID 7.1 EAX[5]: AVX512-BF16.
int flipgate_has_bf16(void) {
#if defined(__x86_64__)
  unsigned a, b, c, d;
  return __builtin_cpu_supports("avx512f") && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & (1u << 5)) != 0;
#else
  return 0;
#endif
}

int flipgate_has_fast_bf16(void) {
#if defined(__x86_64__)
  // 7.0 EDX[22]: AMX-BF16. Intel's AVX512-BF16 has half the rate of its f32 products.
  unsigned a, b, c, d;
  if (!flipgate_has_bf16() || !__get_cpuid(0, &a, &b, &c, &d)) return 0;
  if (b == 0x68747541) return 1;  // "Auth" of AuthenticAMD
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & (1u << 22)) != 0;
#else
  return 0;
#endif
}

void flipgate_rms_norm(const float *x, ptrdiff_t x_stride, const float *weight, float *out, ptrdiff_t out_stride, ptrdiff_t rows,
                       ptrdiff_t width, float epsilon) {
  kernels()->rms_norm(x, x_stride, weight, out, out_stride, rows, width, epsilon);
}
void flipgate_layer_norm(const float *x, ptrdiff_t x_stride, const float *weight, const float *bias, float *out, ptrdiff_t out_stride,
                         ptrdiff_t rows, ptrdiff_t width, float epsilon) {
  kernels()->layer_norm(x, x_stride, weight, bias, out, out_stride, rows, width, epsilon);
}
void flipgate_rotate(float *x, ptrdiff_t x_stride, ptrdiff_t rows, ptrdiff_t heads, ptrdiff_t head_width, ptrdiff_t rotary,
                     const float *cosines, const float *sines, const int32_t *positions) {
  kernels()->rotate(x, x_stride, rows, heads, head_width, rotary, cosines, sines, positions);
}
void flipgate_activate(const float *x, ptrdiff_t x_stride, float *out, ptrdiff_t out_stride, ptrdiff_t rows, ptrdiff_t width,
                       int activation, int gated) {
  kernels()->activate(x, x_stride, out, out_stride, rows, width, activation, gated);
}
void flipgate_soft_cap(float *x, ptrdiff_t count, float cap) { kernels()->soft_cap(x, count, cap); }
void flipgate_add_scaled(const float *x, float factor, float *out, ptrdiff_t count) { kernels()->add_scaled(x, factor, out, count); }
void flipgate_round_bf16(const float *x, float *out, ptrdiff_t count) { kernels()->round_bf16(x, out, count); }
void flipgate_narrow_bf16(const float *x, uint16_t *out, ptrdiff_t count) { kernels()->narrow_bf16(x, out, count); }
void flipgate_widen_bf16(const uint16_t *x, float *out, ptrdiff_t count) { kernels()->widen_bf16(x, out, count); }
void flipgate_narrow_f16(const float *x, uint16_t *out, ptrdiff_t count) { kernels()->narrow_f16(x, out, count); }
void flipgate_widen_f16(const uint16_t *x, float *out, ptrdiff_t count) { kernels()->widen_f16(x, out, count); }

ptrdiff_t flipgate_attention_scratch(ptrdiff_t total, ptrdiff_t head_width) {
  ptrdiff_t padded = (total + 31) & ~(ptrdiff_t)31, value_width = (head_width + 15) & ~(ptrdiff_t)15;
  return padded * (head_width + value_width + 4);
}
void flipgate_store_keys(const float *x, ptrdiff_t x_stride, ptrdiff_t count, ptrdiff_t position, ptrdiff_t heads, ptrdiff_t head_width,
                         void *blocks, int format, ptrdiff_t head_stride) {
  kernels()->store_keys(x, x_stride, count, position, heads, head_width, blocks, format, head_stride);
}
void flipgate_attend(const float *queries, ptrdiff_t query_stride, float *out, ptrdiff_t out_stride, ptrdiff_t rows, ptrdiff_t heads,
                     ptrdiff_t kv_heads, ptrdiff_t head_width, ptrdiff_t first_head, ptrdiff_t end_head,
                     flipgate_attention_rule rule, const flipgate_key_value_run *runs, ptrdiff_t run_count, float *scratch) {
  kernels()->attend(queries, query_stride, out, out_stride, rows, heads, kv_heads, head_width, first_head, end_head, rule, runs, run_count, scratch);
}
void flipgate_log_sum_exp_add(flipgate_log_sum_exp *state, const float *logits, ptrdiff_t count, int32_t first) {
  kernels()->log_sum_exp_add(state, logits, count, first);
}
double flipgate_tempered_sum(const float *x, ptrdiff_t count, float maximum, float inverse_temperature) {
  return kernels()->tempered_sum(x, count, maximum, inverse_temperature);
}
double flipgate_divergence(float *x, const float *teacher, ptrdiff_t count, const flipgate_divergence_rule *rule) {
  return kernels()->divergence(x, teacher, count, rule);
}

void flipgate_pack_panel(const float *weights, ptrdiff_t outputs, ptrdiff_t inputs, ptrdiff_t panel, float *out) {
  kernels()->pack(weights, outputs, inputs, panel, out);
}
// The sums of a block of rows and, behind them, the widened weights of four panels: `block_rows` and `wide_block_inputs` of `kernels.inc`.
ptrdiff_t flipgate_multiply_scratch(ptrdiff_t rows) { return (rows < 96 ? rows : 96) * 64 + 64 * 144; }
void flipgate_multiply(const float *x, ptrdiff_t x_stride, ptrdiff_t rows, const void *weights, int format, ptrdiff_t inputs,
                       ptrdiff_t outputs, ptrdiff_t first_panel, ptrdiff_t end_panel, float *out, ptrdiff_t out_stride, int accumulates,
                       float *scratch) {
  kernels()->multiply(x, x_stride, rows, weights, format, inputs, outputs, first_panel, end_panel, out, out_stride, accumulates, scratch);
}

void flipgate_strided_product(const float *a, ptrdiff_t a_row, ptrdiff_t a_step, const float *b, ptrdiff_t b_stride, ptrdiff_t count, float *out,
                              ptrdiff_t out_stride, ptrdiff_t rows, ptrdiff_t width, int accumulates) {
  kernels()->strided_product(a, a_row, a_step, b, b_stride, count, out, out_stride, rows, width, accumulates);
}
void flipgate_transpose(const float *x, ptrdiff_t x_stride, ptrdiff_t rows, ptrdiff_t columns, float *out, ptrdiff_t out_stride) {
  kernels()->transpose_matrix(x, x_stride, rows, columns, out, out_stride);
}
void flipgate_rms_norm_backward(const float *x, ptrdiff_t x_stride, const float *weight, const float *dy, ptrdiff_t dy_stride, float *dx,
                                ptrdiff_t dx_stride, ptrdiff_t rows, ptrdiff_t width, float epsilon, int accumulates) {
  kernels()->rms_norm_backward(x, x_stride, weight, dy, dy_stride, dx, dx_stride, rows, width, epsilon, accumulates);
}
void flipgate_layer_norm_backward(const float *x, ptrdiff_t x_stride, const float *weight, const float *dy, ptrdiff_t dy_stride, float *dx,
                                  ptrdiff_t dx_stride, ptrdiff_t rows, ptrdiff_t width, float epsilon, int accumulates) {
  kernels()->layer_norm_backward(x, x_stride, weight, dy, dy_stride, dx, dx_stride, rows, width, epsilon, accumulates);
}
void flipgate_rotate_back(float *x, ptrdiff_t x_stride, ptrdiff_t rows, ptrdiff_t heads, ptrdiff_t head_width, ptrdiff_t rotary,
                          const float *cosines, const float *sines, const int32_t *positions) {
  kernels()->rotate_back(x, x_stride, rows, heads, head_width, rotary, cosines, sines, positions);
}
void flipgate_activate_backward(const float *x, ptrdiff_t x_stride, const float *dy, ptrdiff_t dy_stride, float *dx, ptrdiff_t dx_stride,
                                ptrdiff_t rows, ptrdiff_t width, int activation, int gated) {
  kernels()->activate_backward(x, x_stride, dy, dy_stride, dx, dx_stride, rows, width, activation, gated);
}
ptrdiff_t flipgate_attention_backward_scratch(ptrdiff_t rows, ptrdiff_t head_width) {
  ptrdiff_t padded = (rows + 31) & ~(ptrdiff_t)31;
  return padded * (2 * head_width + 2 * 32 + 1);
}
void flipgate_attend_backward(const float *projected, ptrdiff_t stride, const float *dy, ptrdiff_t dy_stride, float *dx, ptrdiff_t dx_stride,
                              ptrdiff_t rows, ptrdiff_t heads, ptrdiff_t kv_heads, ptrdiff_t head_width, ptrdiff_t kv_head,
                              flipgate_attention_rule rule, float *scratch) {
  kernels()->attend_backward(projected, stride, dy, dy_stride, dx, dx_stride, rows, heads, kv_heads, head_width, kv_head, rule, scratch);
}
void flipgate_drop(const float *x, ptrdiff_t x_stride, float *out, ptrdiff_t out_stride, ptrdiff_t first_row, ptrdiff_t rows, ptrdiff_t width,
                   uint64_t key, uint32_t threshold, float scale, int accumulates) {
  kernels()->drop(x, x_stride, out, out_stride, first_row, rows, width, key, threshold, scale, accumulates);
}
