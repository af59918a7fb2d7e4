//! The service as a program: built, started, and stopped again.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Duration;

use super::workspace;

/// Why the service does not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither a built service nor its source is here.
    #[error(
        "the tour's service is not here: {} does not exist. Run the tour in a checkout, with `cargo run --release -p \
         profiler -- tour`, or put the program `service` beside this one",
        .0.display()
    )]
    Missing(PathBuf),
    /// Cargo could not be run.
    #[error("cannot build the service with {}: {error}", .cargo.display())]
    Cargo {
        /// The program.
        cargo: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// Cargo failed; its messages went to standard error.
    #[error("cargo build --release -p service: {0}")]
    Build(ExitStatus),
    /// The service could not be started, or ended early.
    #[error("cannot run {}: {what}", .program.display())]
    Run {
        /// The program.
        program: PathBuf,
        /// What happened.
        what: String,
    },
}

/// The service's program.
#[derive(Clone, Debug)]
pub struct Service {
    program: PathBuf,
    source: PathBuf,
}

/// A service that runs; it ends when this is dropped.
pub(super) struct Running {
    child: Child,
    program: PathBuf,
    stdout: Option<BufReader<ChildStdout>>,
}

impl Service {
    /// Builds the service with cargo where its source is here, else takes the one beside this program. That one is
    /// taken too where it cannot be built, as by a user who has no cargo or may not write to the build folder.
    ///
    /// # Errors
    /// Where there is neither, or it does not build.
    pub fn find(cargo: Option<&Path>, progress: &mut dyn FnMut(&str)) -> Result<Service, Error> {
        let source = workspace().join("tests/service");
        let source = source.canonicalize().unwrap_or(source);
        let beside = std::env::current_exe()
            .ok()
            .map(|program| program.with_file_name("service"))
            .filter(|program| program.is_file());
        let built = if source.join("Cargo.toml").is_file() {
            progress("Building the service (cargo build --release -p service)");
            build(cargo.unwrap_or(Path::new("cargo")))
        } else {
            Err(Error::Missing(source.clone()))
        };
        match (built, beside) {
            (Ok(program), _) => Ok(Service { program, source }),
            (Err(error), None) => Err(error),
            (Err(error), Some(program)) => {
                if !matches!(error, Error::Missing(_)) {
                    progress(&format!("{error}; taking {} instead", program.display()));
                }
                Ok(Service { program, source })
            }
        }
    }

    /// The folder of its source.
    pub fn source(&self) -> &Path {
        &self.source
    }

    /// Starts it for `duration`; with `agent`, it samples itself and writes the profile there.
    pub(super) fn start(&self, duration: Duration, agent: Option<&Path>) -> Result<Running, Error> {
        let mut command = Command::new(&self.program);
        command
            .arg("--secs")
            .arg(duration.as_secs().to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        if let Some(file) = agent {
            command.arg("--agent").arg(file);
        }
        let mut child = command.spawn().map_err(|error| self.failed(error))?;
        let stdout = child.stdout.take().map(BufReader::new);
        Ok(Running {
            child,
            program: self.program.clone(),
            stdout,
        })
    }

    fn failed(&self, error: impl std::fmt::Display) -> Error {
        Error::Run {
            program: self.program.clone(),
            what: error.to_string(),
        }
    }
}

impl Running {
    /// Its process id, once it says that it serves.
    pub(super) fn ready(&mut self) -> Result<u32, Error> {
        let mut line = String::new();
        if let Some(stdout) = &mut self.stdout {
            stdout
                .read_line(&mut line)
                .map_err(|error| self.failed(error))?;
        }
        if line.starts_with("READY ") {
            Ok(self.child.id())
        } else {
            Err(self.failed(format!("it said `{}` instead of READY", line.trim())))
        }
    }

    /// Waits until it ends by itself.
    pub(super) fn wait(mut self) -> Result<(), Error> {
        self.ready()?;
        let status = self.child.wait().map_err(|error| self.failed(error))?;
        if status.success() {
            Ok(())
        } else {
            Err(self.failed(status))
        }
    }

    fn failed(&self, what: impl std::fmt::Display) -> Error {
        Error::Run {
            program: self.program.clone(),
            what: what.to_string(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Builds the service and returns where cargo put it, which its messages alone know for certain.
fn build(cargo: &Path) -> Result<PathBuf, Error> {
    let output = Command::new(cargo)
        .args([
            "build",
            "--release",
            "--package",
            "service",
            "--message-format",
            "json-render-diagnostics",
        ])
        .current_dir(workspace())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Error::Cargo {
            cargo: cargo.into(),
            error,
        })?;
    if !output.status.success() {
        return Err(Error::Build(output.status));
    }
    executable(&output.stdout).ok_or(Error::Build(output.status))
}

/// The last program in cargo's messages that is named `service`.
fn executable(messages: &[u8]) -> Option<PathBuf> {
    let lines = messages.split(|byte| *byte == b'\n');
    let mut programs = lines.filter_map(|line| {
        let message: serde_json::Value = serde_json::from_slice(line).ok()?;
        let named = message.pointer("/target/name")? == "service";
        message
            .get("executable")?
            .as_str()
            .filter(|_| named)
            .map(PathBuf::from)
    });
    programs.next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_says_where_the_program_is() {
        let messages =
            br#"{"reason":"compiler-artifact","target":{"name":"regex"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"service"},"executable":"/t/release/service"}
{"reason":"build-finished","success":true}
"#;
        assert_eq!(
            executable(messages),
            Some(PathBuf::from("/t/release/service"))
        );
        assert_eq!(executable(b"nonsense"), None);
    }
}
