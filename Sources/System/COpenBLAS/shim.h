// OpenBLAS: the C interface of BLAS, and what the library says of itself.
#pragma once
#include <cblas.h>
