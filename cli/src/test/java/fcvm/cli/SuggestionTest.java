package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class SuggestionTest {
  @Test
  void countsEdits() {
    assertThat(Suggestion.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
    assertThat(Suggestion.distance("abc", "abc")).isZero();
  }

  @Test
  void whatIsTooFarAwayWasNotMeant() {
    assertThat(Suggestion.nearest("xyzzy", List.of("exec", "ls"))).isEmpty();
    assertThat(Suggestion.nearest("stopp", List.of("stop", "setup"))).contains("stop");
  }

  @Property
  void distanceIsSymmetric(
      @ForAll @AlphaChars @StringLength(max = 12) String a,
      @ForAll @AlphaChars @StringLength(max = 12) String b) {
    assertThat(Suggestion.distance(a, b))
        .isEqualTo(Suggestion.distance(b, a))
        .isLessThanOrEqualTo(Math.max(a.length(), b.length()));
  }
}
