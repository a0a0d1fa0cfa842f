package fcvm.container.inception;

import fcvm.linux.Arch;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One level of nesting, as its own kernel tells it.
///
/// @param number 0 is where the first microVM runs
/// @param kernel its version
/// @param bootId the kernel's identity, another for each boot
/// @param cpus how many it has
/// @param privilege what its kernel was started with: EL1 or EL2; on x86_64 `SVM`, `VMX` or `none`
/// @param kvm what its KVM said when it started; empty if it has none
/// @param millis how long the phases of its microVM took; empty for level 0
public record Level(
    int number,
    String kernel,
    String bootId,
    int cpus,
    String privilege,
    String kvm,
    Map<String, Double> millis) {
  private static final int MAX_TEXT = 200;
  private static final String UNKNOWN = "unknown";

  /// Texts of a guest may be meant for the terminal that shows them: they lose what is not
  /// printable.
  public Level {
    kernel = printable(kernel);
    bootId = printable(bootId);
    privilege = printable(privilege);
    kvm = printable(kvm);
    millis = Collections.unmodifiableMap(new LinkedHashMap<>(millis));
  }

  private static String printable(String text) {
    String clean = text.replaceAll("\\P{Print}", "?");
    return clean.substring(0, Math.min(clean.length(), MAX_TEXT));
  }

  /// Prints what [#parse] reads: four lines, then what the kernel said when it booted.
  static final String SCRIPT =
      "uname -r; cat /proc/sys/kernel/random/boot_id; grep -c '^processor' /proc/cpuinfo;"
          + " grep -m1 -o -w -e svm -e vmx /proc/cpuinfo || echo none; dmesg";

  private static final int FACTS = 4;
  private static final Pattern STARTED = Pattern.compile(".*All CPU\\(s\\) started at (EL[0-3]).*");
  private static final Pattern KVM =
      Pattern.compile(
          ".*\\bkvm(?:_amd| \\[\\d+\\])?: (.*(?:mode initialized successfully|Nested .*enabled))");

  /// A level that did not tell what it is.
  static Level unknown(int number) {
    return new Level(number, UNKNOWN, UNKNOWN, 0, UNKNOWN, "", Map.of());
  }

  /// The level that this process is in.
  static Level here(int number) throws IOException {
    Process shell = new ProcessBuilder("sh", "-c", SCRIPT).start();
    shell.getOutputStream().close();
    shell.getErrorStream().close();
    try (var out = shell.getInputStream()) {
      String text = new String(out.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      return parse(number, text);
    }
  }

  /// Reads what [#SCRIPT] printed.
  ///
  /// @throws IOException if it is something else
  static Level parse(int number, String text) throws IOException {
    List<String> lines = text.lines().toList();
    if (lines.size() < FACTS || !lines.get(2).matches("\\d{1,5}")) {
      throw new IOException("level " + number + " does not tell what it is");
    }
    List<String> messages = lines.subList(FACTS, lines.size());
    return new Level(
        number,
        lines.get(0),
        lines.get(1),
        Integer.parseInt(lines.get(2)),
        switch (Arch.current()) {
          case ARM64 -> first(STARTED, messages);
          case AMD64 -> lines.get(3).replace("svm", "SVM").replace("vmx", "VMX");
        },
        all(KVM, messages),
        Map.of());
  }

  private static String first(Pattern pattern, List<String> messages) {
    return messages.stream()
        .map(pattern::matcher)
        .filter(java.util.regex.Matcher::matches)
        .map(match -> match.group(1))
        .findFirst()
        .orElse(UNKNOWN);
  }

  private static String all(Pattern pattern, List<String> messages) {
    return messages.stream()
        .map(pattern::matcher)
        .filter(java.util.regex.Matcher::matches)
        .map(match -> match.group(1))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /// The same, with the times of its microVM.
  Level timed(Map<String, Double> phases) {
    return new Level(number, kernel, bootId, cpus, privilege, kvm, phases);
  }
}
