// PCRE2 for UTF-8: the split patterns of tokenizers.
#pragma once
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
