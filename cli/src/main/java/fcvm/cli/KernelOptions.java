package fcvm.cli;

import fcvm.linux.Arch;
import fcvm.provision.KernelProfile;
import fcvm.provision.Kernels;
import fcvm.provision.Provision;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// What the kernel commands have in common: the profile, the architecture, where kernels are.
final class KernelOptions {
  static final String PROFILE = "--profile";

  private KernelOptions() {}

  static OptionSpec profile() {
    return Option.choice(
        "What the kernel is for (default: " + KernelProfile.NESTED + ", to run guests in guests).",
        KernelProfile.names(),
        PROFILE);
  }

  static KernelProfile profile(ParseResult parsed) throws UsageException {
    return profile(parsed, PROFILE).orElse(KernelProfile.NESTED);
  }

  /// The profile that an option names, if it was given.
  static Optional<KernelProfile> profile(ParseResult parsed, String option) throws UsageException {
    Optional<String> name = Option.find(parsed, option);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Optional<KernelProfile> profile = KernelProfile.of(name.get());
    if (profile.isEmpty()) {
      throw new UsageException(
          option
              + ": "
              + String.join(" or ", KernelProfile.names())
              + ", not '"
              + Raw.text(name.get())
              + "'");
    }
    return profile;
  }

  /// The architecture asked for, else the one of this computer's microVMs.
  static Arch arch(Invocation invocation) {
    return invocation.globals().machine().orElseGet(Arch::current);
  }

  static Kernels kernels(Invocation invocation) throws IOException {
    return new Kernels(
        invocation.dirs(),
        new Provision(invocation.dirs(), invocation.progress()),
        invocation.progress());
  }
}
