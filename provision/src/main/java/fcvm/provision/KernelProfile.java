package fcvm.provision;

import fcvm.linux.Arch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a kernel is built for: its options are in the resources `kernel/PROFILE.config` and
/// `kernel/PROFILE-ARCH.config`.
public enum KernelProfile {
  /// A guest's kernel that runs guests of its own.
  NESTED;

  /// The profile of a name.
  public static Optional<KernelProfile> of(String name) {
    return Arrays.stream(values()).filter(profile -> profile.toString().equals(name)).findFirst();
  }

  /// The names of all.
  public static List<String> names() {
    return Arrays.stream(values()).map(KernelProfile::toString).toList();
  }

  KernelFragment fragment(Arch arch) throws IOException {
    return read(this + ".config").with(read(this + "-" + arch + ".config"));
  }

  private static KernelFragment read(String name) throws IOException {
    byte[] text = ContentKey.resource("kernel/" + name);
    return KernelFragment.parse(new String(text, StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
