// models: the encoder-decoder's slots and fields as learners meet them: what each part does, in plain words, and where
// it is from.
#include "models/encoder_decoder.h"
#include "models/recurrent_parts.h"

namespace heed {
namespace {

std::vector<Part> attentions() {
  return {
      {"additive",
       "Additive",
       "A small net looks at the decoder's state and at one source position and says how well they fit. Done for every "
       "position, "
       "this gives the weights with which the source is read.",
       "Bahdanau et al. 2015, A.1.2",
       {integer_field("size", "Size", "Hidden units of the small net.", 1, 256, 32, "units")}},
      {"dot",
       "Dot product",
       "Decoder state and source position fit well when their vectors point the same way: one multiplication instead "
       "of a small net.",
       "Luong et al. 2015 (dot, general); Vaswani et al. 2017, equation 1 (scaled)",
       {integer_field("size", "Size",
                      "Width in which the two are compared. A side of another width is first mapped to it.", 1, 256, 32,
                      "numbers"),
        flag_field(
            "scaled", "Scaled",
            "Divides by the square root of the size, so that wide vectors do not push the softmax into its corners.",
            true)}},
      {"none",
       "None",
       "The whole source must pass through one vector of fixed size, the same for every output: the bottleneck that "
       "attention opens.",
       "Cho et al. 2014; Sutskever et al. 2014",
       {}},
  };
}

}  // namespace

const Part& encoder_decoder_part() {
  static const Part part{
      "encoder_decoder",
      "Encoder-decoder",
      "One recurrent net reads the source, another writes the target, symbol by symbol. Attention lets the writer look "
      "back at every "
      "position of the source.",
      "Bahdanau, Cho and Bengio 2015, appendix A",
      {integer_field("embedding", "Embedding size", "How many numbers stand for one symbol.", 1, 128, 16, "numbers"),
       slot_field("encoder", "Encoder", "The net that reads the source.", encoder_parts(), "gru"),
       slot_field("attention", "Attention", "How the decoder looks back at the source.", attentions(), "additive"),
       slot_field("decoder", "Decoder", "The net that writes the target.",
                  cell_parts({hidden_field("How many numbers the decoder's state has.")}), "gru"),
       integer_field("readout", "Read-out size",
                     "Units between the decoder and the choice of a symbol; each is the larger of two (maxout).", 1,
                     256, 32, "units")}};
  return part;
}

}  // namespace heed
