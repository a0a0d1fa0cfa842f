package fcvm.container.life;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether a container that has ended is started again, as Podman's `--restart` says it.
///
/// @param kind when
/// @param most how often after failures; 0 for without end
public record RestartPolicy(Kind kind, int most) {
  /// Never.
  public static final RestartPolicy NO = new RestartPolicy(Kind.NO, 0);

  private static final Pattern TEXT = Pattern.compile("on-failure(?::(\\d{1,6}))?");
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final int DOUBLINGS = 10;

  /// When a container is started again.
  public enum Kind {
    /// Never.
    NO,
    /// When its exit code is not zero.
    ON_FAILURE,
    /// However it ended.
    ALWAYS
  }

  /// The policy that a text means; `unless-stopped` is `always`, because nothing starts containers
  /// when the computer does.
  public static Optional<RestartPolicy> parse(String text) {
    Matcher onFailure = TEXT.matcher(text);
    if (onFailure.matches()) {
      String most = onFailure.group(1);
      return Optional.of(
          new RestartPolicy(Kind.ON_FAILURE, most == null ? 0 : Integer.parseInt(most)));
    }
    return switch (text) {
      case "no" -> Optional.of(NO);
      case "always", "unless-stopped" -> Optional.of(new RestartPolicy(Kind.ALWAYS, 0));
      default -> Optional.empty();
    };
  }

  /// Whether to start it again.
  ///
  /// @param code what it ended with
  /// @param restarts how often that was done before
  public boolean applies(int code, int restarts) {
    return switch (kind) {
      case NO -> false;
      case ON_FAILURE -> code != 0 && (most == 0 || restarts < most);
      case ALWAYS -> true;
    };
  }

  /// How long to wait before: twice as long each time, so that what fails at once does not keep the
  /// computer busy.
  ///
  /// @param failures how often in a row it has ended soon after its start
  public static Duration pause(int failures) {
    Duration pause = SHORTEST.multipliedBy(1L << Math.min(failures, DOUBLINGS));
    return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
  }

  /// As [#parse] takes it.
  @Override
  public String toString() {
    return switch (kind) {
      case NO -> "no";
      case ALWAYS -> "always";
      case ON_FAILURE -> most == 0 ? "on-failure" : "on-failure:" + most;
    };
  }
}
