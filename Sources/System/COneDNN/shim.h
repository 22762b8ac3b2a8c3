// oneDNN: matrix products with packed weights (C interface; 2.x and 3.x differ).
#pragma once
#include <oneapi/dnnl/dnnl.h>
