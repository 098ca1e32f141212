### The page behind the address of a conference. It is read by people who have no link of their own.

join-title = Видеозвонок клиники
join-text = В этот звонок входят по личной ссылке. Откройте ссылку из сообщения или вернитесь на страницу, где вас пригласили.
join-staff = Специалисты найдут звонок в приложении Consilium.
