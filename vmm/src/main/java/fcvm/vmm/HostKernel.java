package fcvm.vmm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The kernel that this process runs on, as far as it tells why KVM lacks something.
///
/// @param release as `uname -r` prints it
/// @param arguments the words of its command line
public record HostKernel(String release, List<String> arguments) {
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

  /// The running one. What cannot be read is empty: then it is not known to be the reason.
  public static HostKernel current() {
    return new HostKernel(
        System.getProperty("os.version", ""),
        List.of(read(Path.of("/proc/cmdline")).strip().split("\\s+")));
  }

  /// Whether its version is known and older than another.
  public boolean isOlderThan(int major, int minor) {
    Matcher version = VERSION.matcher(release);
    if (!version.matches()) {
      return false;
    }
    int ours = Integer.parseInt(version.group(1));
    return ours < major || (ours == major && Integer.parseInt(version.group(2)) < minor);
  }

  /// A module's parameter, such as `Y`; empty if the module is not loaded.
  public static String parameter(String module, String name) {
    return read(Path.of("/sys/module", module, "parameters", name)).strip();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
