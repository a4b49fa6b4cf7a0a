// The index user of indexes of sparse elements.
#include "support/index_user_of.h"

VX_COMPILE_USER(SparseHolder);
