// lab: what a matrix of attention looks like, as one of a few shapes with names. Only the weights are looked at, never
// the task.
#pragma once

#include <string>
#include <vector>

#include "training/timeline.h"

namespace heed {

enum class AttentionShape : unsigned char { kEven, kDiagonal, kAntiDiagonal, kOneInput, kSharp, kMixed };

struct AttentionRow {
  int strongest = 0;   ///< source position of the largest weight
  float weight = 0;    ///< that weight
  float evenness = 0;  ///< entropy over its largest possible value: 1 spread evenly, 0 on one input
};

struct AttentionPicture {
  AttentionShape shape = AttentionShape::kMixed;
  std::vector<AttentionRow> rows;
};

const TapValue* find_tap(const ProbeShot& shot, const std::string& name);
/// How many heads a tap of attention has: 1 for (T,S).
int head_count(const TapValue& tap);
/// One head of (H,T,S) as (T,S), or with a negative number their mean.
TapValue head_of(const TapValue& tap, int head);
/// Values of (T,S), or (1,T,S). `content_rows`: rows that stand for symbols; the end mark's row is described but not
/// judged.
AttentionPicture attention_picture(const TapValue& tap, int content_rows);
/// The key of the sentence: "shape.anti_diagonal".
const char* shape_key(AttentionShape shape);

}  // namespace heed
