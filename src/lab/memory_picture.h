// lab: a memory over time as a machine with heads wrote and read it: which taps of a picture hold what. For the panel and for the words
// beside it.
#pragma once

#include <string>
#include <vector>

#include "lab/lab_state.h"

namespace heed {

/// One head: its weights at each step, and where they are tapped what it said and how its address came about. All point into the shot.
struct MemoryHead {
  std::string name;
  bool writes = false;
  const float* weights = nullptr;  ///< (T,N)
  const TapValue *content = nullptr, *gated = nullptr, *shifted = nullptr, *sharpened = nullptr;  ///< (T,N)
  const TapValue *key = nullptr, *strength = nullptr, *gate = nullptr, *shift = nullptr, *sharpening = nullptr;
  const TapValue *erase = nullptr, *add = nullptr;
  const float* modes = nullptr;  ///< (T,3): backward, content, forward

  bool has_stages() const { return content && gated && shifted && sharpened; }
  float weight(int t, int slot, int slots) const { return weights[t * slots + slot]; }
  int strongest(int t, int slots) const;
};

struct MemoryPicture {
  int steps = 0, slots = 0, width = 0;
  std::vector<MemoryHead> heads;
  const TapValue* content = nullptr;                          ///< (T,N,W)
  const TapValue *usage = nullptr, *allocation = nullptr;  ///< (T,N)
  const TapValue* link = nullptr;                             ///< (T,N,N)
  const TapValue *write_gates = nullptr, *free_gates = nullptr;  ///< (T,2): by allocation, at all; (T,R)
};

/// The numbers of a tap (T,...) at one step; empty where it is not there.
std::vector<float> at_step(const TapValue* tap, int t);
/// False where the picture holds no memory over time.
bool make_memory(const ProbeShot& shot, MemoryPicture& out);
/// The step that is shown: the one chosen, or one in the middle.
int shown_moment(const LabState& state, const MemoryPicture& memory);
/// The way of each head through the slots, and where each is at the moment that is shown.
std::string describe_memory(const MemoryPicture& memory, int moment);

}  // namespace heed
