package fcvm.container.image;

import fcvm.provision.ProvisionException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// What skopeo's last words mean, and what to do about it.
final class SkopeoError {
  private static final Pattern MESSAGE = Pattern.compile("level=fatal msg=(\".*\"|\\S+)");

  private record Meaning(String words, String advice) {}

  private static final List<Meaning> MEANINGS =
      List.of(
          new Meaning(
              "authentication required",
              "the registry wants other credentials: log in with podman login or skopeo login, or"
                  + " give --authfile"),
          new Meaning(
              "unauthorized",
              "the registry wants other credentials: log in with podman login or skopeo login, or"
                  + " give --authfile"),
          new Meaning(
              "access to the resource is denied",
              "there is no such image, or the registry wants credentials: log in with podman login"
                  + " or skopeo login, or give --authfile"),
          new Meaning("manifest unknown", "the registry has no such image, tag or digest"),
          new Meaning("name unknown", "the registry has no such image"),
          new Meaning(
              "server gave http response to https client",
              "the registry does not speak TLS; if that is meant so, give --tls-verify=false"),
          new Meaning(
              "failed to verify certificate",
              "the registry's certificate is not to be trusted; if that is meant so, give"
                  + " --tls-verify=false"),
          new Meaning(
              "digest did not match",
              "what came is not what its digest says; the registry has it broken, or it broke on its"
                  + " way"),
          new Meaning("connection refused", "there is no registry at that address"),
          new Meaning("no such host", "there is no computer of that name, or no network"),
          new Meaning("network is unreachable", "there is no network"),
          new Meaning(
              "unexpected eof", "the registry stopped sending; try again: what came is kept"),
          new Meaning(
              "connection reset by peer",
              "the registry stopped sending; try again: what came is kept"),
          new Meaning(
              "context deadline exceeded", "the registry did not answer in time; try again"),
          new Meaning("no such file or directory", "there is no such file or directory"));

  private SkopeoError() {}

  /// The exception to throw for a failure.
  ///
  /// @param what was tried, as in `fetch docker://x`
  static IOException explain(String what, IOException failure) {
    if (!(failure instanceof ProvisionException)) {
      return failure;
    }
    String said = String.valueOf(failure.getMessage());
    String words =
        MESSAGE
            .matcher(said)
            .results()
            .reduce((first, last) -> last)
            .map(SkopeoError::unquoted)
            .orElse(said);
    String lower = words.toLowerCase(Locale.ROOT);
    String advice =
        MEANINGS.stream()
            .filter(meaning -> lower.contains(meaning.words()))
            .map(Meaning::advice)
            .findFirst()
            .orElse(words);
    return new ProvisionException("cannot " + what + ": " + advice, failure);
  }

  private static String unquoted(MatchResult message) {
    String text = message.group(1);
    return text.startsWith("\"")
        ? text.substring(1, text.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\")
        : text;
  }
}
