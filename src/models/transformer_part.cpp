// models: the fields of the three Transformers as learners meet them.
#include "models/transformer.h"
#include "models/transformer_decoder.h"
#include "models/transformer_encoder.h"

namespace heed {

const Part& transformer_part() {
  static const Part part{
      "transformer",
      "Transformer",
      "Attention and nothing else: every position of the source looks at all others, every position of the target at "
      "those before it and at the source, with several heads at once.",
      "Vaswani et al. 2017 (arXiv:1706.03762)",
      transformer_fields({layers_field("encoder_layers", "Encoder layers",
                                       "How often the source's positions look at each other.", 1),
                          layers_field("decoder_layers", "Decoder layers",
                                       "How often the target's positions look at each other and at the source.", 1)})};
  return part;
}

const Part& transformer_encoder_part() {
  static const Part part{
      "transformer_encoder",
      "Transformer encoder",
      "All positions look at all others, layer after layer, and each then answers for itself, or one answer is read "
      "off all of them.",
      "Vaswani et al. 2017, section 3.1; Devlin et al. 2019 (BERT)",
      transformer_fields({layers_field("layers", "Layers", "How often all positions look around.", 2)})};
  return part;
}

const Part& transformer_decoder_part() {
  static const Part part{
      "transformer_decoder",
      "Transformer decoder",
      "A language model: every position looks at itself and those before it, layer after layer, and says what comes "
      "next. It can write on by itself.",
      "Radford et al. 2018, 2019 (GPT, GPT-2); Vaswani et al. 2017, section 3.1",
      transformer_fields({layers_field("layers", "Layers", "How often all positions look around.", 2)})};
  return part;
}

}  // namespace heed
