// libxml2: the writer, the parser and schema validation, with typed wrappers for what Swift can't import.
#pragma once
#include <libxml/xmlversion.h>
// Debian's libxml2 is built with ICU and includes its headers, whose copy inside Foundation is another version: the compiler refuses the two
// together. ICU only adds members at the end of the encoding handler, which nothing here touches.
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlwriter.h>

/// Frees memory that libxml2 handed out (`xmlFree` is a function pointer in a global).
static inline void flipgate_xml_free(void *memory) { xmlFree(memory); }
