//! Reads what the review needs of a profile in pprof's format: which lines were on the stack, and how often.
//!
//! The messages are those of `profile.proto` (<https://github.com/google/pprof/blob/main/proto/profile.proto>), without
//! the fields that say nothing about source.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use prost::Message;

/// Most bytes of a profile, unpacked.
const MAX_BYTES: u64 = 64 << 20;

/// Why a profile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// It cannot be read or unpacked.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is too large.
    #[error("is larger than {} MiB unpacked; keep a part of it", MAX_BYTES >> 20)]
    TooLarge,
    /// It is no profile.
    #[error(
        "is no profile in pprof's format ({0}); `profiler import FILE --output cpu.pb.gz` converts others"
    )]
    Form(String),
    /// Its samples name no source file.
    #[error("names no source files: it was recorded or stored without line numbers or symbols")]
    NoSource,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Profile {
    #[prost(message, repeated, tag = "1")]
    pub(super) sample_types: Vec<ValueType>,
    #[prost(message, repeated, tag = "2")]
    pub(super) samples: Vec<Sample>,
    #[prost(message, repeated, tag = "4")]
    pub(super) locations: Vec<Location>,
    #[prost(message, repeated, tag = "5")]
    pub(super) functions: Vec<Function>,
    #[prost(bytes = "vec", repeated, tag = "6")]
    pub(super) strings: Vec<Vec<u8>>,
    #[prost(int64, tag = "14")]
    pub(super) default_sample_type: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct ValueType {
    #[prost(int64, tag = "1")]
    pub(super) name: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Sample {
    #[prost(uint64, repeated, tag = "1")]
    pub(super) locations: Vec<u64>,
    #[prost(int64, repeated, tag = "2")]
    pub(super) values: Vec<i64>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Location {
    #[prost(uint64, tag = "1")]
    pub(super) id: u64,
    #[prost(message, repeated, tag = "4")]
    pub(super) lines: Vec<Line>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Line {
    #[prost(uint64, tag = "1")]
    pub(super) function: u64,
    #[prost(int64, tag = "2")]
    pub(super) line: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Function {
    #[prost(uint64, tag = "1")]
    pub(super) id: u64,
    #[prost(int64, tag = "2")]
    pub(super) name: i64,
    #[prost(int64, tag = "4")]
    pub(super) file: i64,
}

impl Profile {
    /// Reads a profile, packed by gzip or not.
    pub(super) fn parse(bytes: &[u8]) -> Result<Profile, ProfileError> {
        let mut unpacked = Vec::new();
        let taken = if bytes.starts_with(&[0x1f, 0x8b]) {
            MultiGzDecoder::new(bytes)
                .take(MAX_BYTES + 1)
                .read_to_end(&mut unpacked)?
        } else {
            bytes.take(MAX_BYTES + 1).read_to_end(&mut unpacked)?
        };
        if taken as u64 > MAX_BYTES {
            return Err(ProfileError::TooLarge);
        }
        let profile = Profile::decode(unpacked.as_slice())
            .map_err(|error| ProfileError::Form(error.to_string()))?;
        if profile.sample_types.is_empty() {
            return Err(ProfileError::Form("it has no sample types".into()));
        }
        Ok(profile)
    }

    /// A string of its table; empty where it has none of this number.
    pub(super) fn text(&self, index: i64) -> String {
        let bytes = usize::try_from(index)
            .ok()
            .and_then(|index| self.strings.get(index));
        bytes.map_or_else(String::new, |bytes| {
            String::from_utf8_lossy(bytes).into_owned()
        })
    }

    /// Which value of each sample counts: CPU time where there is one, else what the profile says, else the last.
    pub(super) fn value_index(&self) -> usize {
        let named = |wanted: &dyn Fn(&ValueType) -> bool| self.sample_types.iter().position(wanted);
        named(&|of| self.text(of.name) == "cpu")
            .or_else(|| {
                named(&|of| self.default_sample_type != 0 && of.name == self.default_sample_type)
            })
            .unwrap_or(self.sample_types.len() - 1)
    }
}
