// Flipgate's f32 products beside oneDNN 2.x, one thread, in one run: the best of many, in GFLOP/s.
//
//   k=Sources/System/CVectorKernels; clang -O2 -I$k/include Benchmarks/products.c $k/vector_kernels.c -o products -ldnnl -lm && OMP_NUM_THREADS=1 ./products
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "dnnl.h"
#include "vector_kernels.h"

#define CHECK(call)                                                            \
  do {                                                                         \
    dnnl_status_t status = (call);                                             \
    if (status != dnnl_success) printf("%s: %d\n", #call, status), exit(1);    \
  } while (0)

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static float *numbers(size_t count) {
  float *values = aligned_alloc(64, (count * sizeof(float) + 63) & ~(size_t)63);
  for (size_t i = 0; i < count; i++) values[i] = (float)rand() / (float)RAND_MAX - 0.5f;
  return values;
}

static void measure(int rows, int outputs, int inputs) {
  float *x = numbers((size_t)rows * inputs), *w = numbers((size_t)outputs * inputs), *y = numbers((size_t)rows * outputs);

  dnnl_engine_t engine;
  dnnl_stream_t stream;
  CHECK(dnnl_engine_create(&engine, dnnl_cpu, 0));
  CHECK(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
  dnnl_dims_t xs = {rows, inputs}, ws = {inputs, outputs}, ys = {rows, outputs};
  dnnl_memory_desc_t xd, wd, yd, plain;
  CHECK(dnnl_memory_desc_init_by_tag(&xd, 2, xs, dnnl_f32, dnnl_ab));
  CHECK(dnnl_memory_desc_init_by_tag(&wd, 2, ws, dnnl_f32, dnnl_format_tag_any));
  CHECK(dnnl_memory_desc_init_by_tag(&yd, 2, ys, dnnl_f32, dnnl_ab));
  CHECK(dnnl_memory_desc_init_by_tag(&plain, 2, ws, dnnl_f32, dnnl_ba));
  dnnl_matmul_desc_t operation;
  dnnl_primitive_desc_t description, reorder_description;
  CHECK(dnnl_matmul_desc_init(&operation, &xd, &wd, NULL, &yd));
  CHECK(dnnl_primitive_desc_create(&description, &operation, NULL, engine, NULL));
  const dnnl_memory_desc_t *chosen = dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0);
  dnnl_memory_t xm, wm, ym, pm;
  CHECK(dnnl_memory_create(&xm, &xd, engine, x));
  CHECK(dnnl_memory_create(&ym, &yd, engine, y));
  CHECK(dnnl_memory_create(&pm, &plain, engine, w));
  CHECK(dnnl_memory_create(&wm, chosen, engine, DNNL_MEMORY_ALLOCATE));
  CHECK(dnnl_reorder_primitive_desc_create(&reorder_description, &plain, engine, chosen, engine, NULL));
  dnnl_primitive_t reorder, product;
  CHECK(dnnl_primitive_create(&reorder, reorder_description));
  CHECK(dnnl_primitive_create(&product, description));
  dnnl_exec_arg_t packing[] = {{DNNL_ARG_FROM, pm}, {DNNL_ARG_TO, wm}};
  dnnl_exec_arg_t multiplying[] = {{DNNL_ARG_SRC, xm}, {DNNL_ARG_WEIGHTS, wm}, {DNNL_ARG_DST, ym}};
  CHECK(dnnl_primitive_execute(reorder, stream, 2, packing));

  int panels = (outputs + 15) / 16;
  ptrdiff_t packed_count = (ptrdiff_t)panels * 16 * inputs;
  float *packed = numbers((size_t)packed_count), *scratch = numbers((size_t)flipgate_multiply_scratch(rows));
  uint16_t *half = aligned_alloc(64, ((size_t)packed_count * 2 + 63) & ~(size_t)63);
  for (int panel = 0; panel < panels; panel++) flipgate_pack_panel(w, outputs, inputs, panel, packed + (ptrdiff_t)panel * 16 * inputs);
  flipgate_narrow_bf16(packed, half, packed_count);

  double best[3] = {1e9, 1e9, 1e9}, work = 2.0 * rows * outputs * inputs;
  int repeats = 3 + (int)(2e9 / work);
  for (int i = 0; i < (repeats < 200 ? repeats : 200); i++) {
    for (int side = 0; side < 3; side++) {
      double start = seconds();
      if (side == 0) {
        CHECK(dnnl_primitive_execute(product, stream, 3, multiplying));
        CHECK(dnnl_stream_wait(stream));
      } else {
        flipgate_multiply(x, inputs, rows, side == 1 ? (void *)packed : (void *)half, side == 1 ? flipgate_f32 : flipgate_bf16, inputs, outputs,
                          0, panels, y, outputs, 0, scratch);
      }
      double taken = seconds() - start;
      if (taken < best[side]) best[side] = taken;
    }
  }
  printf("%4d x %5d x %5d   oneDNN %6.1f   flipgate %6.1f   flipgate, weights kept as bf16 %6.1f\n", rows, outputs, inputs,
         work * 1e-9 / best[0], work * 1e-9 / best[1], work * 1e-9 / best[2]);
}

int main(void) {
  static const int shapes[][3] = {{768, 960, 576}, {768, 3072, 576}, {768, 576, 1536}, {256, 4096, 4096},
                                  {32, 3072, 576}, {16, 1536, 576},  {8, 3072, 576},   {1, 4096, 4096}};
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) measure(shapes[i][0], shapes[i][1], shapes[i][2]);
}
