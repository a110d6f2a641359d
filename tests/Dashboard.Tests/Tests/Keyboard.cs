namespace PrivateConnect.Dashboard.Tests.Tests;

/// <summary>Questions to the page about the keyboard's way through it.</summary>
internal static class Keyboard
{
    /// <summary>From the very start, wherever the page put the cursor.</summary>
    public const string StartAtTop = """
        () => {
          window.stops = new Set();
          document.body.tabIndex = -1;
          document.body.focus();
          document.body.removeAttribute('tabindex');
        }
        """;

    /// <summary>Stops of the Tab key, as the page's elements say; of radio buttons of one name it stops at one.</summary>
    public const string CountTabStops = """
        () => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
          .filter(e => e.tabIndex >= 0 && !e.disabled && e.type !== 'hidden'
            && e.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }))
          .length
        """;

    /// <summary>Remembers the element that has the focus; says what is wrong with how it shows it, or nothing.</summary>
    public const string DescribeFocus = """
        () => {
          const e = document.activeElement;
          const name = `${e.tagName} ${e.id || e.name || e.textContent.trim().slice(0, 30)}`;
          if (e === document.body) return '';
          stops.add(e);
          const style = getComputedStyle(e);
          const box = e.getBoundingClientRect();
          if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 1) return `${name}: nothing shows the focus`;
          if (box.width < 1 || box.height < 1 || box.right <= 0 || box.left >= innerWidth || box.bottom <= 0 || box.top >= innerHeight)
            return `${name}: the focus is outside of what is seen`;
          return '';
        }
        """;
}
