package fcvm.provision;

import fcvm.linux.Arch;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of a kernel that was built here: `vmlinux-PROFILE-VERSION-ARCH-KEY`.
///
/// @param profile what it was built for
/// @param version Linux's, such as `7.3.4`
/// @param arch what it runs on
/// @param key twelve hexadecimal digits over all that went into it
record KernelName(String profile, String version, Arch arch, String key) {
  static final String PREFIX = "vmlinux-";

  private static final Pattern NAME =
      Pattern.compile(PREFIX + "([a-z0-9]+)-([0-9][\\w.+-]*)-(amd64|arm64)-([0-9a-f]{12})");

  /// Takes a file's name apart; empty if it is another file's.
  static Optional<KernelName> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Optional.of(
            new KernelName(
                matcher.group(1), matcher.group(2), Arch.of(matcher.group(3)), matcher.group(4)))
        : Optional.empty();
  }

  /// All but the key: later builds of a kind replace earlier ones.
  String kind() {
    return PREFIX + profile + "-" + version + "-" + arch;
  }

  @Override
  public String toString() {
    return kind() + "-" + key;
  }
}
