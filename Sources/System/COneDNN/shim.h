// oneDNN: matrix products with packed weights. Its C interface differs between 2.x and 3.x; these wrappers are the same for both.
#pragma once
#include <oneapi/dnnl/dnnl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Sets how many OpenMP threads the calling thread's own parallel regions use; absent from builds of oneDNN without OpenMP.
extern void omp_set_num_threads(int) __attribute__((weak));

/// Makes oneDNN work on the calling thread alone: Flipgate's workers are the parallelism.
static inline void flipgate_dnnl_use_one_thread(void) {
  if (omp_set_num_threads) omp_set_num_threads(1);
}

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t flipgate_dnnl_layout;
#else
typedef dnnl_memory_desc_t *flipgate_dnnl_layout;
#endif

/// One matrix product of fixed shape: [rows, inputs] x [inputs, outputs] -> [rows, outputs], bf16 numbers, f32 sums.
typedef struct flipgate_dnnl_product {
  dnnl_primitive_t _Nullable primitive;
  flipgate_dnnl_layout _Nullable source, weights, target, scratch;
} flipgate_dnnl_product;

static inline int flipgate_dnnl_plain_layout(flipgate_dnnl_layout _Nullable *_Nonnull layout, int64_t rows, int64_t columns,
                                             int64_t row_stride, int64_t column_stride, dnnl_data_type_t type) {
  dnnl_dims_t dims = {rows, columns}, strides = {row_stride, column_stride};
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_memory_desc_create_with_strides(layout, 2, dims, type, strides);
#else
  *layout = (dnnl_memory_desc_t *)malloc(sizeof(dnnl_memory_desc_t));
  return *layout ? dnnl_memory_desc_init_by_strides(*layout, 2, dims, type, strides) : dnnl_out_of_memory;
#endif
}

static inline void flipgate_dnnl_layout_free(flipgate_dnnl_layout _Nullable layout) {
  if (!layout) return;
#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_destroy(layout);
#else
  free(layout);
#endif
}

static inline size_t flipgate_dnnl_layout_bytes(flipgate_dnnl_layout _Nullable layout) {
  return layout ? dnnl_memory_desc_get_size(layout) : 0;
}

static inline int flipgate_dnnl_query_layout(dnnl_primitive_desc_t _Nonnull description, dnnl_query_t what,
                                             flipgate_dnnl_layout _Nullable *_Nonnull layout) {
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_memory_desc_clone(layout, dnnl_primitive_desc_query_md(description, what, 0));
#else
  const dnnl_memory_desc_t *found = dnnl_primitive_desc_query_md(description, what, 0);
  if (!found) return dnnl_runtime_error;
  *layout = (dnnl_memory_desc_t *)malloc(sizeof(dnnl_memory_desc_t));
  if (!*layout) return dnnl_out_of_memory;
  memcpy(*layout, found, sizeof(dnnl_memory_desc_t));
  return dnnl_success;
#endif
}

static inline void flipgate_dnnl_product_free(flipgate_dnnl_product *_Nonnull product) {
  if (product->primitive) dnnl_primitive_destroy(product->primitive);
  flipgate_dnnl_layout_free(product->source);
  flipgate_dnnl_layout_free(product->weights);
  flipgate_dnnl_layout_free(product->target);
  flipgate_dnnl_layout_free(product->scratch);
  memset(product, 0, sizeof *product);
}

/// Makes the product for a shape. `packed` is the weights' layout, or NULL to let oneDNN choose one.
static inline int flipgate_dnnl_product_make(flipgate_dnnl_product *_Nonnull product, dnnl_engine_t _Nonnull engine, int64_t rows,
                                             int64_t outputs, int64_t inputs, int accumulating,
                                             flipgate_dnnl_layout _Nullable packed) {
  memset(product, 0, sizeof *product);
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t operations = NULL;
  dnnl_primitive_desc_t description = NULL;
  flipgate_dnnl_layout chosen = NULL;
  int status = flipgate_dnnl_plain_layout(&product->source, rows, inputs, inputs, 1, dnnl_bf16);
  if (!status) status = flipgate_dnnl_plain_layout(&product->target, rows, outputs, outputs, 1, dnnl_f32);
  if (!status && !packed) {
    dnnl_dims_t dims = {inputs, outputs};
#if DNNL_VERSION_MAJOR >= 3
    status = dnnl_memory_desc_create_with_tag(&chosen, 2, dims, dnnl_bf16, dnnl_format_tag_any);
#else
    chosen = (dnnl_memory_desc_t *)malloc(sizeof(dnnl_memory_desc_t));
    status = chosen ? dnnl_memory_desc_init_by_tag(chosen, 2, dims, dnnl_bf16, dnnl_format_tag_any) : dnnl_out_of_memory;
#endif
  }
  if (!status) status = dnnl_primitive_attr_create(&attributes);
  if (!status) status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (!status && accumulating) {
    status = dnnl_post_ops_create(&operations);
#if DNNL_VERSION_MAJOR >= 3
    if (!status) status = dnnl_post_ops_append_sum(operations, 1.0f, 0, dnnl_f32);
#else
    if (!status) status = dnnl_post_ops_append_sum(operations, 1.0f);
#endif
    if (!status) status = dnnl_primitive_attr_set_post_ops(attributes, operations);
  }
  if (!status) {
    flipgate_dnnl_layout weights = packed ? packed : chosen;
#if DNNL_VERSION_MAJOR >= 3
    status = dnnl_matmul_primitive_desc_create(&description, engine, product->source, weights, NULL, product->target, attributes);
#else
    dnnl_matmul_desc_t operation;
    status = dnnl_matmul_desc_init(&operation, product->source, weights, NULL, product->target);
    if (!status) status = dnnl_primitive_desc_create(&description, &operation, attributes, engine, NULL);
#endif
  }
  if (!status) status = flipgate_dnnl_query_layout(description, dnnl_query_weights_md, &product->weights);
  if (!status) status = flipgate_dnnl_query_layout(description, dnnl_query_scratchpad_md, &product->scratch);
  if (!status) status = dnnl_primitive_create(&product->primitive, description);
  if (description) dnnl_primitive_desc_destroy(description);
  if (operations) dnnl_post_ops_destroy(operations);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  flipgate_dnnl_layout_free(chosen);
  if (status) flipgate_dnnl_product_free(product);
  return status;
}

/// The instruction set that oneDNN uses for bf16.
static inline const char *_Nonnull flipgate_dnnl_kernel_name(void) {
  switch ((int)dnnl_get_effective_cpu_isa()) {
    case dnnl_cpu_isa_sse41: return "sse41";
    case dnnl_cpu_isa_avx: return "avx";
    case dnnl_cpu_isa_avx2: return "avx2";
    case dnnl_cpu_isa_avx512_core: return "avx512_core";
    case dnnl_cpu_isa_avx512_core_vnni: return "avx512_core_vnni";
    case dnnl_cpu_isa_avx512_core_bf16: return "avx512_core_bf16";
    default: return "avx512_core_bf16 or newer";
  }
}

/// Copies row-major weights [outputs, inputs] into the product's own layout.
static inline int flipgate_dnnl_product_pack(const flipgate_dnnl_product *_Nonnull product, dnnl_engine_t _Nonnull engine,
                                             dnnl_stream_t _Nonnull stream, int64_t outputs, int64_t inputs,
                                             const void *_Nonnull weights, void *_Nonnull packed) {
  flipgate_dnnl_layout plain = NULL;
  dnnl_primitive_desc_t description = NULL;
  dnnl_primitive_t reorder = NULL;
  dnnl_memory_t from = NULL, to = NULL;
  int status = flipgate_dnnl_plain_layout(&plain, inputs, outputs, 1, inputs, dnnl_bf16);
  if (!status) status = dnnl_reorder_primitive_desc_create(&description, plain, engine, product->weights, engine, NULL);
  if (!status) status = dnnl_primitive_create(&reorder, description);
  if (!status) status = dnnl_memory_create(&from, plain, engine, (void *)weights);
  if (!status) status = dnnl_memory_create(&to, product->weights, engine, packed);
  if (!status) {
    dnnl_exec_arg_t arguments[2] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    status = dnnl_primitive_execute(reorder, stream, 2, arguments);
  }
  if (from) dnnl_memory_destroy(from);
  if (to) dnnl_memory_destroy(to);
  if (reorder) dnnl_primitive_destroy(reorder);
  if (description) dnnl_primitive_desc_destroy(description);
  flipgate_dnnl_layout_free(plain);
  return status;
}

/// Runs the product; `scratch` holds at least the bytes of its scratch layout.
static inline int flipgate_dnnl_product_run(const flipgate_dnnl_product *_Nonnull product, dnnl_engine_t _Nonnull engine,
                                            dnnl_stream_t _Nonnull stream, const void *_Nonnull source, const void *_Nonnull packed,
                                            void *_Nonnull target, void *_Nonnull scratch) {
  dnnl_memory_t a = NULL, b = NULL, c = NULL, s = NULL;
  int status = dnnl_memory_create(&a, product->source, engine, (void *)source);
  if (!status) status = dnnl_memory_create(&b, product->weights, engine, (void *)packed);
  if (!status) status = dnnl_memory_create(&c, product->target, engine, target);
  if (!status) status = dnnl_memory_create(&s, product->scratch, engine, scratch);
  if (!status) {
    dnnl_exec_arg_t arguments[4] = {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}, {DNNL_ARG_SCRATCHPAD, s}};
    status = dnnl_primitive_execute(product->primitive, stream, 4, arguments);
  }
  if (a) dnnl_memory_destroy(a);
  if (b) dnnl_memory_destroy(b);
  if (c) dnnl_memory_destroy(c);
  if (s) dnnl_memory_destroy(s);
  return status;
}
