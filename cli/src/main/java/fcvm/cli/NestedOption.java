package fcvm.cli;

import fcvm.vmm.Nesting;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// The option that lets a guest be a hypervisor, and the variable that does so for all.
final class NestedOption {
  /// 1, or a mode; 0 or empty is as good as not set.
  static final String VARIABLE = "FCVM_NV2";

  private static final String HELP =
      "Let the guest be a hypervisor itself: vhe, the default, or nvhe, without VHE (arm64 only).";

  private NestedOption() {}

  static OptionSpec describe(String... names) {
    return Option.optionalChoice(HELP, Nesting.modes(), Nesting.VHE.toString(), names);
  }

  /// What `--nested`, or else the environment, asks for.
  static Nesting of(ParseResult parsed, Invocation invocation) throws UsageException {
    Optional<String> mode = Option.find(parsed, "--nested");
    return mode.isPresent() ? mode("--nested", mode.get()) : ofVariable(invocation);
  }

  /// What the environment asks for.
  static Nesting ofVariable(Invocation invocation) throws UsageException {
    String value = invocation.variable(VARIABLE).orElse("0");
    return switch (value) {
      case "0" -> Nesting.OFF;
      case "1" -> Nesting.VHE;
      default -> mode(VARIABLE, value);
    };
  }

  /// A mode by its name.
  static Nesting mode(String where, String mode) throws UsageException {
    Optional<Nesting> nesting = Nesting.of(mode);
    if (nesting.isEmpty()) {
      throw new UsageException(
          where + ": " + String.join(" or ", Nesting.modes()) + ", not '" + Raw.text(mode) + "'");
    }
    return nesting.get();
  }
}
