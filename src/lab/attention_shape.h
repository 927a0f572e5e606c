// lab: what a matrix of attention looks like, as one of a few shapes with names. Only the weights are looked at, never
// the task.
#pragma once

#include <string>
#include <vector>

#include "training/timeline.h"

namespace heed {

enum class AttentionShape : unsigned char { kEven, kDiagonal, kAntiDiagonal, kOneInput, kSharp, kMixed, kFaint };

struct AttentionRow {
  int strongest = 0;   ///< source position of the largest weight
  float weight = 0;    ///< that weight
  float sum = 0;       ///< of all weights above 0: of a memory that is read, less than 1
  float evenness = 0;  ///< entropy of their shares over its largest possible value: 1 spread evenly, 0 on one input
};

struct AttentionPicture {
  AttentionShape shape = AttentionShape::kMixed;
  std::vector<AttentionRow> rows;
  std::vector<int> judged;  ///< those that the shape is of
};

const TapValue* find_tap(const ProbeShot& shot, const std::string& name);
/// How many heads a tap of attention has: 1 for (T,S).
int head_count(const TapValue& tap);
/// One head of (H,T,S) as (T,S), or with a negative number their mean.
TapValue head_of(const TapValue& tap, int head);
/// Values of (T,S), or (1,T,S). All rows are described; those of `judged` make the shape.
AttentionPicture attention_picture(const TapValue& tap, const std::vector<int>& judged);
/// The key of the sentence: "shape.anti_diagonal".
const char* shape_key(AttentionShape shape);

}  // namespace heed
