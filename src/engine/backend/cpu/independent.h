// engine/backend/cpu: HEED_INDEPENDENT before a loop promises that no iteration reads what another writes, so that it vectorises where
// the compiler cannot see it (too many pointers to compare, or __restrict lost by inlining).
#pragma once

#if defined(__clang__)
#define HEED_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define HEED_INDEPENDENT _Pragma("GCC ivdep")
#endif
