# Shared by run.sh and connect: builds hub and agent into artifacts/ when their sources changed. Sourced, not run.
# After pc_build: artifacts/hub/hub and artifacts/agent/connect are current.

PC_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
PC_HUB=$PC_ROOT/artifacts/hub/hub
PC_AGENT=$PC_ROOT/artifacts/agent/connect

pc_say() { printf '%s\n' "$*" >&2; }

# A hash of the content of every file that $1 (hub or agent) is built from: git's list where there is git (new files count,
# ignored ones do not), else all files.
pc_stamp() {
  (
    cd "$PC_ROOT" || exit 1
    local -a roots=(src/Protocol src/Relay Directory.Build.props Directory.Packages.props global.json)
    if [[ $1 == hub ]]; then roots+=(src/Hub src/Web); else roots+=(src/Agent); fi
    {
      if git rev-parse --git-dir >/dev/null 2>&1; then
        git ls-files -z --cached --others --exclude-standard -- "${roots[@]}"
      else
        find "${roots[@]}" \( -name bin -o -name obj \) -prune -o -type f -print0
      fi
    } | sort -z | while IFS= read -r -d '' file; do
      # Lock files follow from the versions in the props; builds for one system rewrite them.
      [[ -f $file && $file != */packages.lock.json ]] && printf '%s\0' "$file"
    done |
      xargs -0 sha256sum | sha256sum | cut -d' ' -f1
  )
}

# Is artifacts/$1 built from these sources? $2 is the stamp.
pc_current() { [[ -e $PC_ROOT/artifacts/$1/.stamp && $(<"$PC_ROOT/artifacts/$1/.stamp") == "$2" ]]; }

pc_need_sdk() {
  if ! command -v dotnet >/dev/null || ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
    pc_say "The .NET 10 SDK is missing: get it from https://dot.net/download (or your system's package dotnet-sdk-10.0), then run this again."
    exit 8
  fi
}

# Publishes $1 (hub or agent) from project $2 with the options that follow; what was there stays until the new one is complete.
pc_publish() {
  local name=$1 project=$2 log
  shift 2
  log=$PC_ROOT/artifacts/$name.log
  mkdir -p "$PC_ROOT/artifacts"
  rm -rf "$PC_ROOT/artifacts/$name.new"
  if ! dotnet publish "$PC_ROOT/$project" -c Release -o "$PC_ROOT/artifacts/$name.new" --nologo -v quiet \
    --disable-build-servers -p:NuGetLockFilePath=obj/publish.lock.json "$@" >"$log" 2>&1; then
    grep -E 'error|Error' "$log" | sort -u | head -20 >&2 || true
    return 1
  fi
}

# Puts a published folder in place. Two renames, so that a process started from the old one keeps its files.
pc_install() {
  local name=$1 stamp=$2
  printf '%s\n' "$stamp" >"$PC_ROOT/artifacts/$name.new/.stamp"
  rm -rf "$PC_ROOT/artifacts/$name.old"
  [[ ! -e $PC_ROOT/artifacts/$name ]] || mv "$PC_ROOT/artifacts/$name" "$PC_ROOT/artifacts/$name.old"
  mv "$PC_ROOT/artifacts/$name.new" "$PC_ROOT/artifacts/$name"
  rm -rf "$PC_ROOT/artifacts/$name.old" "$PC_ROOT/artifacts/$name.log"
}

pc_build_hub() {
  pc_need_sdk
  pc_say "Building the hub..."
  # Compiled ahead of time for this machine it starts twice as fast; where that compiler cannot be had, plain.
  if ! pc_publish hub src/Web --ucr --self-contained false -p:PublishReadyToRun=true 2>/dev/null && ! pc_publish hub src/Web; then
    pc_say "The hub does not build; the whole output is in artifacts/hub.log."
    return 1
  fi
  pc_install hub "$1"
}

pc_build_agent() {
  pc_need_sdk
  local -a native=()
  if command -v clang >/dev/null; then
    native=(-p:StripSymbols=true)
  elif command -v gcc >/dev/null; then
    native=(-p:CppCompilerAndLinker=gcc)
  fi
  if ((${#native[@]})); then
    pc_say "Building the agent, ahead of time..."
    if pc_publish agent src/Agent --ucr "${native[@]}"; then
      pc_install agent "$1"
      return
    fi
    pc_say "The native build failed (the whole output is in artifacts/agent.log); building the agent for the .NET runtime instead."
    mv "$PC_ROOT/artifacts/agent.log" "$PC_ROOT/artifacts/agent-native.log"
  else
    pc_say "No C compiler (clang or gcc): the agent is built for the .NET runtime, not as a native program."
  fi
  if ! pc_publish agent src/Agent -p:PublishAot=false; then
    pc_say "The agent does not build; the whole output is in artifacts/agent.log."
    return 1
  fi
  pc_install agent "$1"
}

# Builds what is not current, one builder at a time.
pc_build() {
  local stamp what
  for what in "$@"; do
    stamp=$(pc_stamp "$what")
    pc_current "$what" "$stamp" && continue
    mkdir -p "$PC_ROOT/artifacts"
    exec {pc_lock}>"$PC_ROOT/artifacts/.lock"
    if command -v flock >/dev/null; then flock "$pc_lock"; fi
    pc_current "$what" "$stamp" || "pc_build_$what" "$stamp" || { exec {pc_lock}>&-; return 1; }
    exec {pc_lock}>&-
  done
}
