// page: the one classic script. It runs before the first paint so that a reader who chose dark never sees a flash of light.
(function () {
  document.documentElement.classList.add('js');
  try {
    var kept = JSON.parse(localStorage.getItem('heed.1') || '{}');
    if (kept.theme === 'dark' || kept.theme === 'light') document.documentElement.dataset.theme = kept.theme;
    if (kept.lesson_hidden) document.documentElement.dataset.lesson = 'hidden';
  } catch (error) {
    // Nothing kept: the system's preference decides.
  }
})();
