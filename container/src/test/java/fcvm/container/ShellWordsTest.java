package fcvm.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellWordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "echo hi|echo,hi",
        "  a \t b  |a,b",
        "sh -c 'echo $HOME; exit 7'|sh,-c,echo $HOME; exit 7",
        "a\"b c\"d|ab cd",
        "\"a\\\"b\\\\c\\d\"|a\"b\\c\\d",
        "a\\ b|a b",
        "'it'\\''s'|it's",
      })
  void splits(String line, String words) {
    assertThat(ShellWords.split(line)).isEqualTo(List.of(words.split(",", -1)));
  }

  @Test
  void quotesMakeEmptyWords() {
    assertThat(ShellWords.split("a '' \"\" b")).containsExactly("a", "", "", "b");
    assertThat(ShellWords.split("  ")).isEmpty();
  }

  @Test
  void aLineMayContinue() {
    assertThat(ShellWords.split("a\\\nb \"c\\\nd\"")).containsExactly("ab", "cd");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"a 'b", "a \"b", "a\\"})
  void refusesWhatIsNotClosed(String line) {
    assertThatThrownBy(() -> ShellWords.split(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(line);
  }

  @Property
  void whatIsQuotedComesBack(@ForAll List<String> words) {
    String line =
        words.stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    assertThat(ShellWords.split(line)).isEqualTo(words);
  }
}
