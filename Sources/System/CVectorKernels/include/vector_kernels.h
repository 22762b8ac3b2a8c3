// Vector kernels of the decoder: what Swift can't compile for more than one instruction set in one binary.
//
// Every kernel exists for AVX-512, AVX2 with FMA, and the baseline of the platform, from one source (`kernels.inc`); the best one
// is chosen once, from what the processor says of itself. Sums run in one fixed order that depends on nothing but the length of
// the row, so a row's result never depends on the rows beside it.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The instruction set that the kernels use here: `avx512`, `avx2` or `baseline`.
const char *_Nonnull flipgate_kernel_set(void);

/// Whether the processor multiplies bf16 numbers.
int flipgate_has_bf16(void);
/// Whether the processor multiplies bf16 numbers faster than f32 ones (AVX512-BF16 on AMD; AMX on Intel).
int flipgate_has_fast_bf16(void);

/// out[r, :] = x[r, :] / sqrt(mean(x[r, :]^2) + epsilon) * weight, for rows of `width` values; `out` may be `x`.
void flipgate_rms_norm(const float *_Nonnull x, ptrdiff_t x_stride, const float *_Nonnull weight, float *_Nonnull out,
                       ptrdiff_t out_stride, ptrdiff_t rows, ptrdiff_t width, float epsilon);

/// out[r, :] = (x[r, :] - mean) / sqrt(variance + epsilon) * weight + bias, for rows of `width` values; `out` may be `x`.
void flipgate_layer_norm(const float *_Nonnull x, ptrdiff_t x_stride, const float *_Nonnull weight, const float *_Nullable bias,
                         float *_Nonnull out, ptrdiff_t out_stride, ptrdiff_t rows, ptrdiff_t width, float epsilon);

/// Rotary embedding in place, halves rotated against each other (NeoX style): row r, head h, pair (i, i + rotary / 2).
/// `cosines` and `sines` hold `rotary / 2` values a position.
void flipgate_rotate(float *_Nonnull x, ptrdiff_t x_stride, ptrdiff_t rows, ptrdiff_t heads, ptrdiff_t head_width,
                     ptrdiff_t rotary, const float *_Nonnull cosines, const float *_Nonnull sines,
                     const int32_t *_Nonnull positions);

/// The functions of a feed-forward layer: x sigmoid(x), max(x, 0), x Phi(x), and the last one's approximation by tanh.
enum flipgate_activation { flipgate_silu, flipgate_relu, flipgate_gelu, flipgate_gelu_tanh };

/// out[r, i] = activation(x[r, i]), times x[r, width + i] if `gated`.
void flipgate_activate(const float *_Nonnull x, ptrdiff_t x_stride, float *_Nonnull out, ptrdiff_t out_stride, ptrdiff_t rows,
                       ptrdiff_t width, int activation, int gated);

/// x = cap * tanh(x / cap), in place.
void flipgate_soft_cap(float *_Nonnull x, ptrdiff_t count, float cap);

/// out += factor * x.
void flipgate_add_scaled(const float *_Nonnull x, float factor, float *_Nonnull out, ptrdiff_t count);

/// Rounds to the nearest bf16 value (ties to even), kept as f32; `out` may be `x`.
void flipgate_round_bf16(const float *_Nonnull x, float *_Nonnull out, ptrdiff_t count);
/// Rounds to the nearest bf16 value (ties to even).
void flipgate_narrow_bf16(const float *_Nonnull x, uint16_t *_Nonnull out, ptrdiff_t count);
/// bf16 to f32, exact.
void flipgate_widen_bf16(const uint16_t *_Nonnull x, float *_Nonnull out, ptrdiff_t count);

/// Rounds to the nearest f16 value (ties to even).
void flipgate_narrow_f16(const float *_Nonnull x, uint16_t *_Nonnull out, ptrdiff_t count);
/// f16 to f32, exact.
void flipgate_widen_f16(const uint16_t *_Nonnull x, float *_Nonnull out, ptrdiff_t count);

/// How packed weights are stored, and keys and values that are kept.
enum flipgate_number_format { flipgate_f32, flipgate_bf16, flipgate_f16 };

/// Consecutive keys and values of one sequence.
///
/// Keys are rows, each `key_stride` numbers after the last; or, with `is_blocks`, blocks of 16 positions [position / 16, head_width, 16] for
/// each head, `key_stride` numbers after the last head's. Values are rows, each `stride` numbers after the last; behind the last row there
/// are 15 numbers that may be read. Rows are f32, blocks and their values f32 or bf16.
typedef struct {
  const void *_Nonnull keys;
  ptrdiff_t key_stride;
  int is_blocks;
  int format;
  const void *_Nonnull values;
  ptrdiff_t stride;
  ptrdiff_t count;
} flipgate_key_value_run;

/// Writes keys [count, heads * head_width] into blocks of f32 or bf16, from a position on.
void flipgate_store_keys(const float *_Nonnull x, ptrdiff_t x_stride, ptrdiff_t count, ptrdiff_t position, ptrdiff_t heads,
                         ptrdiff_t head_width, void *_Nonnull blocks, int format, ptrdiff_t head_stride);

/// How scores become weights: exp(scale * score), or exp(cap * tanh(scale * score / cap)) where `soft_cap` is above 0; a query sees itself
/// and the `window - 1` keys before it, all of them where `window` is 0.
typedef struct {
  float scale;
  float soft_cap;
  ptrdiff_t window;
} flipgate_attention_rule;

/// Floats of scratch memory that `flipgate_attend` needs for `total` keys.
ptrdiff_t flipgate_attention_scratch(ptrdiff_t total, ptrdiff_t head_width);

/// Causal attention of `rows` consecutive queries; the runs hold every key from position 0, the last `rows` keys are the queries' own.
///
/// Keys are taken in the order of their positions, whatever the runs are, so that sharing a prefix changes no bit.
/// A run of blocks must be the first; where it is the only one it is read in place.
/// Only the key/value heads from `first_head` to `end_head`, and the queries that belong to them, are computed.
/// queries: [rows, heads * head_width], out: the same shape; runs' rows hold `kv_heads * head_width` values.
void flipgate_attend(const float *_Nonnull queries, ptrdiff_t query_stride, float *_Nonnull out, ptrdiff_t out_stride,
                     ptrdiff_t rows, ptrdiff_t heads, ptrdiff_t kv_heads, ptrdiff_t head_width,
                     ptrdiff_t first_head, ptrdiff_t end_head, flipgate_attention_rule rule, const flipgate_key_value_run *_Nonnull runs, ptrdiff_t run_count,
                     float *_Nonnull scratch);

/// The running log-sum-exp and maximum of a row of logits that arrives in slices.
typedef struct {
  float maximum;
  int32_t maximum_index;
  double sum;  // of exp(logit - maximum)
} flipgate_log_sum_exp;

/// Adds `count` logits, the first of which has the index `first`; slices must come in order. Start with {-INFINITY, -1, 0}.
/// A logit that is NaN or +infinity makes the sum NaN.
void flipgate_log_sum_exp_add(flipgate_log_sum_exp *_Nonnull state, const float *_Nonnull logits, ptrdiff_t count, int32_t first);

/// The sum of exp((x - maximum) * inverse_temperature); `maximum` is at least every x.
double flipgate_tempered_sum(const float *_Nonnull x, ptrdiff_t count, float maximum, float inverse_temperature);

/// What turns a logit x into a probability: exp((x - maximum) * inverse_temperature) * inverse_sum, and `log_sum` = -log(inverse_sum).
typedef struct {
  float maximum;
  float inverse_temperature;
  float log_sum;
  float inverse_sum;
} flipgate_softmax;

/// The gradient of a row's loss: divergence_weight * (p - q) + likelihood_weight * p1, where p is the student's distribution, q the teacher's,
/// and p1 the student's at temperature 1 (`likelihood.inverse_temperature` is not read); times 1 - (x / soft_cap)^2 if `soft_cap` is above 0.
typedef struct {
  flipgate_softmax student;
  flipgate_softmax teacher;
  flipgate_softmax likelihood;
  float divergence_weight;
  float likelihood_weight;
  float soft_cap;
} flipgate_divergence_rule;

/// Replaces the student's logits of some tokens by the gradient of the loss and returns the sum of q * log(q / p) over them.
///
/// Without a teacher's logits q is 0, and so is the sum.
double flipgate_divergence(float *_Nonnull x, const float *_Nullable teacher, ptrdiff_t count,
                           const flipgate_divergence_rule *_Nonnull rule);

/// Packs 16 outputs of weights [outputs, inputs]: out[k, lane] = weights[16 * panel + lane, k], zeros beyond the last output.
void flipgate_pack_panel(const float *_Nonnull weights, ptrdiff_t outputs, ptrdiff_t inputs, ptrdiff_t panel, float *_Nonnull out);

/// Floats of scratch memory that `flipgate_multiply` needs.
ptrdiff_t flipgate_multiply_scratch(ptrdiff_t rows);

/// out[r, n] = x[r, :] . weights[n, :], or the sum of that and what is there, for the outputs of the panels from `first_panel` to `end_panel`.
///
/// Every dot product is a sum over the inputs in their order from zero, one fused multiply-add each: its bits depend on the two vectors alone.
void flipgate_multiply(const float *_Nonnull x, ptrdiff_t x_stride, ptrdiff_t rows, const void *_Nonnull weights, int format,
                       ptrdiff_t inputs, ptrdiff_t outputs, ptrdiff_t first_panel, ptrdiff_t end_panel, float *_Nonnull out,
                       ptrdiff_t out_stride, int accumulates, float *_Nonnull scratch);

// Training: gradients, and the small products that low-rank factors ask for.

/// out[i, n] = sum over k of a[i * a_row + k * a_step] * b[k * b_stride + n], or the sum of that and what is there: `rows` by `width` sums over
/// `count` values, in order from zero, one fused multiply-add each.
void flipgate_strided_product(const float *_Nonnull a, ptrdiff_t a_row, ptrdiff_t a_step, const float *_Nonnull b, ptrdiff_t b_stride,
                              ptrdiff_t count, float *_Nonnull out, ptrdiff_t out_stride, ptrdiff_t rows, ptrdiff_t width, int accumulates);

/// out[c * out_stride + r] = x[r * x_stride + c].
void flipgate_transpose(const float *_Nonnull x, ptrdiff_t x_stride, ptrdiff_t rows, ptrdiff_t columns, float *_Nonnull out, ptrdiff_t out_stride);

/// dx = or += the gradient of `flipgate_rms_norm` with respect to x, given that of its result; `dx` may be `dy`.
void flipgate_rms_norm_backward(const float *_Nonnull x, ptrdiff_t x_stride, const float *_Nonnull weight, const float *_Nonnull dy,
                                ptrdiff_t dy_stride, float *_Nonnull dx, ptrdiff_t dx_stride, ptrdiff_t rows, ptrdiff_t width, float epsilon,
                                int accumulates);

/// dx = or += the gradient of `flipgate_layer_norm` with respect to x, given that of its result; `dx` may be `dy`.
void flipgate_layer_norm_backward(const float *_Nonnull x, ptrdiff_t x_stride, const float *_Nonnull weight, const float *_Nonnull dy,
                                  ptrdiff_t dy_stride, float *_Nonnull dx, ptrdiff_t dx_stride, ptrdiff_t rows, ptrdiff_t width, float epsilon,
                                  int accumulates);

/// The gradient of `flipgate_rotate`, in place: the transposed rotation.
void flipgate_rotate_back(float *_Nonnull x, ptrdiff_t x_stride, ptrdiff_t rows, ptrdiff_t heads, ptrdiff_t head_width, ptrdiff_t rotary,
                          const float *_Nonnull cosines, const float *_Nonnull sines, const int32_t *_Nonnull positions);

/// dx = the gradient of `flipgate_activate` with respect to x, of `width` columns or, if `gated`, twice as many.
void flipgate_activate_backward(const float *_Nonnull x, ptrdiff_t x_stride, const float *_Nonnull dy, ptrdiff_t dy_stride, float *_Nonnull dx,
                                ptrdiff_t dx_stride, ptrdiff_t rows, ptrdiff_t width, int activation, int gated);

/// Floats of scratch memory that `flipgate_attend_backward` needs.
ptrdiff_t flipgate_attention_backward_scratch(ptrdiff_t rows, ptrdiff_t head_width);

/// The gradient of causal self-attention of one whole sequence, for one key/value head and the queries that belong to it.
///
/// projected, dx: [rows, (heads + 2 * kv_heads) * head_width], queries, keys and values side by side; dy: [rows, heads * head_width].
/// Weights are computed as `flipgate_attend` does; sums over keys, and over the queries of a head 32 at a time, run in their order.
void flipgate_attend_backward(const float *_Nonnull projected, ptrdiff_t stride, const float *_Nonnull dy, ptrdiff_t dy_stride,
                              float *_Nonnull dx, ptrdiff_t dx_stride, ptrdiff_t rows, ptrdiff_t heads, ptrdiff_t kv_heads, ptrdiff_t head_width,
                              ptrdiff_t kv_head, flipgate_attention_rule rule, float *_Nonnull scratch);

/// out = or += x where a number made of the key and the place is at least `threshold`, times `scale`; zero elsewhere. `out` may be `x`.
void flipgate_drop(const float *_Nonnull x, ptrdiff_t x_stride, float *_Nonnull out, ptrdiff_t out_stride, ptrdiff_t first_row, ptrdiff_t rows,
                   ptrdiff_t width, uint64_t key, uint32_t threshold, float scale, int accumulates);
